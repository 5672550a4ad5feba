/** Keys as they stand on the keyboard. */
import './kbd.css'

export function Kbd({ keys }: { keys: readonly string[] }) {
  return (
    <span className="ui-kbd">
      {keys.map((key) => (
        <kbd key={key} className="ui-kbd__key">
          {key}
        </kbd>
      ))}
    </span>
  )
}
