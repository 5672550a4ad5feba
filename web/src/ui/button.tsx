/**
 * Buttons: with words, or with an icon and the words in a tooltip.
 *
 * Always true: a disabled one stays reachable, so that the reason in its label or tooltip can be read.
 */
import { Button as BaseButton } from '@base-ui/react/button'
import type { ComponentProps, ReactNode } from 'react'
import { Tooltip } from './tooltip'
import './button.css'

export type ButtonTone = 'plain' | 'primary' | 'danger' | 'quiet'

type NativeProps = Omit<ComponentProps<'button'>, 'className'>

export interface ButtonProps extends NativeProps {
  tone?: ButtonTone
  size?: 's' | 'm'
  /** Stands before the words; decorative. */
  icon?: ReactNode
  className?: string
}

export function Button({ tone = 'plain', size = 'm', icon, className, children, ...props }: ButtonProps) {
  return (
    <BaseButton
      focusableWhenDisabled
      {...props}
      className={classes('ui-button', `ui-button--${tone}`, `ui-button--${size}`, className)}
    >
      {icon}
      {children}
    </BaseButton>
  )
}

export interface IconButtonProps extends NativeProps {
  /** What it does, for the tooltip and for screen readers. */
  label: string
  /** Stands in the tooltip instead of the label, and after it for screen readers: why it is disabled. */
  hint?: string | undefined
  /** Keys that do the same, shown in the tooltip. */
  keys?: readonly string[]
  tone?: ButtonTone
  size?: 's' | 'm'
  className?: string
  side?: 'top' | 'bottom' | 'left' | 'right'
  children: ReactNode
}

export function IconButton(props: IconButtonProps) {
  const { label, hint, keys, tone = 'quiet', size = 'm', className, side, children, ...native } = props
  return (
    <Tooltip label={hint ?? label} {...(keys ? { keys } : {})} {...(side ? { side } : {})}>
      <BaseButton
        focusableWhenDisabled
        {...native}
        aria-label={label}
        {...(hint ? { 'aria-description': hint } : {})}
        className={classes('ui-icon-button', `ui-button--${tone}`, `ui-icon-button--${size}`, className)}
      >
        {children}
      </BaseButton>
    </Tooltip>
  )
}

function classes(...names: (string | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
