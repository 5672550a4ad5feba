// What a fence's language word means: which grammar colours it and what people call it.

/** Grammar, then name, then other words for it. Names of grammars are those of languages.ts. */
const LANGUAGES: readonly [grammar: string, name: string, ...words: string[]][] = [
  ['bash', 'Shell', 'sh', 'shell', 'zsh', 'console', 'shellscript', 'terminal'],
  ['c', 'C', 'h'],
  ['cpp', 'C++', 'c++', 'cc', 'cxx', 'hpp'],
  ['csharp', 'C#', 'c#', 'cs'],
  ['css', 'CSS'],
  ['diff', 'Diff', 'patch'],
  ['docker', 'Dockerfile', 'dockerfile'],
  ['go', 'Go', 'golang'],
  ['html', 'HTML', 'htm'],
  ['ini', 'INI', 'conf', 'properties', 'env', 'dotenv'],
  ['java', 'Java'],
  ['javascript', 'JavaScript', 'js', 'mjs', 'cjs', 'node'],
  ['json', 'JSON', 'json5', 'jsonc', 'jsonl'],
  ['jsx', 'JSX'],
  ['kotlin', 'Kotlin', 'kt', 'kts'],
  ['lua', 'Lua'],
  ['make', 'Makefile', 'makefile'],
  ['markdown', 'Markdown', 'md'],
  ['php', 'PHP'],
  ['powershell', 'PowerShell', 'ps1', 'pwsh'],
  ['python', 'Python', 'py', 'python3'],
  ['ruby', 'Ruby', 'rb'],
  ['rust', 'Rust', 'rs'],
  ['sql', 'SQL', 'sqlite', 'postgresql', 'mysql'],
  ['swift', 'Swift'],
  ['toml', 'TOML'],
  ['tsx', 'TSX'],
  ['typescript', 'TypeScript', 'ts', 'mts', 'cts'],
  ['xml', 'XML', 'plist'],
  ['yaml', 'YAML', 'yml'],
]

/** Words whose name is not that of a grammar, or that have no colours. */
const OTHERS: readonly [word: string, language: Language][] = [
  ['mermaid', { grammar: undefined, name: 'Mermaid' }],
  ['svg', { grammar: 'xml', name: 'SVG' }],
]

const BY_WORD = new Map<string, Language>([
  ...LANGUAGES.flatMap(([grammar, name, ...words]) =>
    [grammar, ...words].map((word) => [word, { grammar, name }] as const),
  ),
  ...OTHERS,
])

export interface Language {
  /** Absent: shown without colours. */
  grammar: string | undefined
  /** Empty: the fence names none. */
  name: string
}

export function languageOfWord(word: string): Language {
  return BY_WORD.get(word) ?? { grammar: undefined, name: word }
}
