/** The mark: a spine with a branch. Decorative; the name stands beside it. */
export function Mark({ size }: { size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="2"
      aria-hidden
    >
      <path d="M7 8v8M7 13c5.5 0 10-.5 10-5" strokeLinecap="round" />
      <circle cx="7" cy="5.5" r="2.5" />
      <circle cx="7" cy="18.5" r="2.5" />
      <circle cx="17" cy="5.5" r="2.5" />
    </svg>
  )
}
