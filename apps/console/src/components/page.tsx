import { type ReactNode, useEffect, useId, useRef } from 'react'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import classes from './page.module.css'

const texts = defineTexts({ en: { console: 'Console' }, zh: { console: '控制台' } })

/** The first page of a visit leaves the focus where the browser has it. */
let navigated = false

/** A page: its heading, which is also the document's title and gets the focus after navigation, and its actions. */
export function Page(props: { title: string; actions?: ReactNode; children: ReactNode }) {
  const { console } = useTexts(texts)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${props.title} · ${console}`
  }, [props.title, console])
  useEffect(() => {
    if (navigated) heading.current?.focus({ preventScroll: true })
    navigated = true
  }, [])
  return (
    <>
      <div className={classes.head}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {props.title}
        </h1>
        {props.actions !== undefined && <div className={classes.actions}>{props.actions}</div>}
      </div>
      {props.children}
    </>
  )
}

/** A part of a page with a heading of level 2. */
export function Section(props: { title: string; actions?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.section}>
      <div className={classes.head}>
        <h2 id={id} className={classes.sectionTitle}>
          {props.title}
        </h2>
        {props.actions !== undefined && <div className={classes.actions}>{props.actions}</div>}
      </div>
      {props.children}
    </section>
  )
}
