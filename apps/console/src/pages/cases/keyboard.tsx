import { type RefObject, useEffect, useState } from 'react'
import { useTexts } from '../../i18n/texts.ts'
import classes from './cases.module.css'
import { texts } from './texts.ts'

/**
 * Calls what is bound to a key, unless the key is typed into a field or belongs to a dialog. A call that returns false
 * leaves the key to the browser.
 */
export function useKeys(keys: Readonly<Record<string, () => unknown>>) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = keys[event.key]
      if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return
      if (document.querySelector('dialog[open]') !== null) return
      if (action() !== false) event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [keys])
}

/** Moves the focus among the links that head the rows of a list. */
export function moveInList(list: RefObject<HTMLElement | null>, step: 1 | -1) {
  const links = Array.from(list.current?.querySelectorAll<HTMLElement>('tbody th a') ?? [])
  const row = document.activeElement?.closest('tr')
  const current = links.findIndex(link => row !== null && link.closest('tr') === row)
  const next = current === -1 ? (step === 1 ? 0 : links.length - 1) : current + step
  links[next]?.focus()
}

/** The arrows move within a list whose row has the focus; otherwise they scroll the page. */
export function useArrows(list: RefObject<HTMLElement | null>) {
  const move = (step: 1 | -1) => list.current?.contains(document.activeElement) === true && moveInList(list, step)
  const down = () => move(1)
  const up = () => move(-1)
  useKeys(Object.fromEntries([['ArrowDown', down] as const, ['ArrowUp', up] as const]))
}

/** The shortcuts of the page, shown by "?" too. */
export function KeyboardHelp({ keys }: { keys: readonly (readonly [keys: string, text: keyof Shortcuts])[] }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  useKeys({ '?': () => setOpen(!open) })
  return (
    <details className={classes.details} open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{t.keyboard}</summary>
      <ul className={classes.keys}>
        {[...keys, ['/', 'search'] as const, ['?', 'help'] as const].map(([names, text]) => (
          <li key={names}>
            {names.split(' ').map(name => (
              <kbd key={name}>{name}</kbd>
            ))}{' '}
            {t.shortcuts[text]}
          </li>
        ))}
      </ul>
    </details>
  )
}

type Shortcuts = (typeof texts)['en']['shortcuts']
