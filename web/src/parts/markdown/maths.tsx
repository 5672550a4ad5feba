// A formula, as MathML that KaTeX builds node by node; its code is fetched with the first formula.
import { useEffect, useRef, useState } from 'react'

type Katex = typeof import('katex')['default']

let loaded: Katex | undefined
let loading: Promise<Katex> | undefined

/** Resolves with KaTeX; a failed fetch is tried again with the next formula. */
function katex(): Promise<Katex> {
  loading ??= import('katex').then(
    (module) => {
      loaded = module.default
      return module.default
    },
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}

/** Characters a formula may have before it is shown as written. */
const LONGEST = 10_000

export function Maths({ tex, display }: { tex: string; display: boolean }) {
  const node = useRef<HTMLSpanElement>(null)
  const [engine, setEngine] = useState<Katex | undefined>(() => loaded)

  useEffect(() => {
    if (engine) return
    let gone = false
    katex().then(
      (ready) => !gone && setEngine(() => ready),
      () => {},
    )
    return () => {
      gone = true
    }
  }, [engine])

  useEffect(() => {
    const into = node.current
    if (!into) return
    into.textContent = tex
    if (!engine || tex.length > LONGEST) return
    try {
      engine.render(tex, into, {
        output: 'mathml',
        displayMode: display,
        throwOnError: true,
        trust: false,
        maxExpand: 200,
      })
    } catch {
      into.textContent = tex
    }
  }, [engine, tex, display])

  return (
    <span
      ref={node}
      className={display ? 'md-math md-math--display' : 'md-math'}
      {...(display ? { tabIndex: 0 } : {})}
    />
  )
}
