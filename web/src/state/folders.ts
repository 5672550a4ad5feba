// Which folders are open, kept in this browser, and how far each of them is loaded.
import { useEffect } from 'react'
import { fetchPage, sessionStore } from './sessions'
import { Store, useStore } from './store'

const KEY = 'cowork.folders'
/** Names that are kept: more folders than this are not open at once. */
const KEPT = 200

export interface FolderPages {
  status: 'loading' | 'ready' | 'error'
  /** Asks for the next page; `null`: there is none. */
  next: string | null
}

export interface Folders {
  /** The open ones; the last opened last. */
  readonly open: readonly string[]
  readonly pages: ReadonlyMap<string, FolderPages>
}

const folderStore = new Store<Folders>({ open: stored(), pages: new Map() })
let loads = 0

function stored(): readonly string[] {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string').slice(-KEPT) : []
  } catch {
    return []
  }
}

function keep(open: readonly string[]): void {
  folderStore.update((folders) => ({ ...folders, open }))
  try {
    localStorage.setItem(KEY, JSON.stringify(open))
  } catch {
    // The browser's store is full: they are open as long as the page.
  }
}

export function setFolderOpen(name: string, open: boolean): void {
  const others = folderStore.get().open.filter((known) => known !== name)
  keep(open ? [...others, name].slice(-KEPT) : others)
  if (open) void load(name)
}

/** A folder that gets another name stays open. */
export function renameOpenFolder(from: string, to: string): void {
  if (folderStore.get().open.includes(from)) setFolderOpen(to, true)
  setFolderOpen(from, false)
}

function note(name: string, page: FolderPages): void {
  folderStore.update((folders) => ({ ...folders, pages: new Map(folders.pages).set(name, page) }))
}

async function load(name: string, cursor?: string): Promise<void> {
  const before = folderStore.get().pages.get(name)
  if (before?.status === 'loading') return
  note(name, { status: 'loading', next: before?.next ?? null })
  const list = await fetchPage({ folder: name }, cursor)
  note(
    name,
    list ? { status: 'ready', next: list.nextCursor ?? null } : { status: 'error', next: cursor ?? null },
  )
}

/** Loads the next page of a folder, or the one that could not be had. */
export function loadMoreOf(name: string): void {
  void load(name, folderStore.get().pages.get(name)?.next ?? undefined)
}

/** The open folders; they are loaded again when the list is. */
export function useFolders(): Folders {
  const epoch = useStore(sessionStore).loads
  useEffect(() => {
    if (epoch === loads) return
    loads = epoch
    for (const name of folderStore.get().open) void load(name)
  }, [epoch])
  return useStore(folderStore)
}
