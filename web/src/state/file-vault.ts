// The bytes of files that are not uploaded yet, kept in the browser so that a reload loses none.
//
// Always true: what IndexedDB does not take (private windows, a full disk) lives as long as the page; nothing rejects.
const DATABASE = 'cowork.files'
const STORE = 'files'

const inMemory = new Map<string, Blob>()
let database: Promise<IDBDatabase | undefined> | undefined

export async function keepFile(id: string, file: Blob): Promise<void> {
  inMemory.set(id, file)
  await run('readwrite', (store) => store.put(file, id))
}

export async function keptFile(id: string): Promise<Blob | undefined> {
  const known = inMemory.get(id)
  if (known) return known
  const found = await run('readonly', (store) => store.get(id))
  if (!(found instanceof Blob)) return undefined
  inMemory.set(id, found)
  return found
}

/** Lets the stored copy go; the page may go on showing its own. */
export async function unstoreFile(id: string): Promise<void> {
  await run('readwrite', (store) => store.delete(id))
}

export async function forgetFile(id: string): Promise<void> {
  inMemory.delete(id)
  await unstoreFile(id)
}

async function run(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  database ??= open()
  const opened = await database
  if (!opened) return undefined
  try {
    const transaction = opened.transaction(STORE, mode)
    const request = work(transaction.objectStore(STORE))
    return await new Promise((resolve) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = () => resolve(undefined)
      transaction.onabort = () => resolve(undefined)
    })
  } catch {
    return undefined
  }
}

function open(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') {
      resolve(undefined)
      return
    }
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => resolve(undefined)
    request.onblocked = () => resolve(undefined)
  })
}
