/** What no screen may have: a violation of the rules for accessible pages. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Base UI keeps the focus within popups by guards that are hidden from screen readers and pass the focus on at once,
 * which axe can't know. An open menu lies on <body> for as long as it is open: no landmark can hold it. A panel may cover
 * half of a control behind it, which is then too small a target for axe: it is looked over `alone`.
 *
 * Always true: it looks in both themes and leaves the page in the one it found.
 */
export async function expectNoViolation(page: Page, where: string, over?: 'menu' | 'alone'): Promise<void> {
  const found = await page.evaluate(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  )
  for (const colorScheme of [found === 'light' ? 'dark' : 'light', found] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page, over), `${where}, ${colorScheme}`).toEqual([])
  }
}

async function violations(page: Page, over?: 'menu' | 'alone'): Promise<string[]> {
  // Fades change contrast on their way.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  )
  const axe = new AxeBuilder({ page })
    .withTags(RULES)
    .exclude('[data-base-ui-focus-guard]')
    .disableRules(over === 'menu' ? ['region'] : [])
  if (over === 'alone') axe.include('.ui-popover')
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}
