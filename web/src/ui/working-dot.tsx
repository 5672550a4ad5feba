/** One slow pulse: work goes on. Used instead of spinners, with a word beside it or a label. */
import './working-dot.css'

export function WorkingDot({ label }: { label?: string }) {
  return (
    <span
      className="ui-working"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    />
  )
}
