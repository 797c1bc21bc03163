import { TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import classes from './layout.module.css'

const texts = defineTexts({
  en: { label: 'Search', hint: 'Any number: order, Alipay, refund, tracking, SKU…  ( / )', short: 'Any number or SKU' },
  zh: { label: '搜索', hint: '任意编号：订单、支付宝、退款、运单、SKU…（ / ）', short: '任意编号或 SKU' },
})

const editable = (element: EventTarget | null) =>
  element instanceof HTMLElement && element.matches('input, textarea, select, [contenteditable]')

/** Searches everything by a number. The key "/" focuses it. */
export function SearchBox() {
  const t = useTexts(texts)
  const narrow = useMediaQuery('(max-width: 68.75em)', false, { getInitialValueInEffect: false })
  const input = useRef<HTMLInputElement>(null)
  const [path, navigate] = useLocation()
  const [search] = useSearchParams()
  const asked = path === '/search' ? (search.get('q') ?? '') : ''
  const [text, setText] = useState(asked)
  const [shown, setShown] = useState(asked)
  if (shown !== asked) {
    setShown(asked)
    setText(asked)
  }
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return
      if (document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      input.current?.select()
    }
    addEventListener('keydown', focus)
    return () => removeEventListener('keydown', focus)
  }, [])
  return (
    <search className={classes.search}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (text.trim() !== '') navigate(`/search?q=${encodeURIComponent(text.trim())}`)
        }}
      >
        <TextInput
          ref={input}
          type="search"
          size="xs"
          aria-label={t.label}
          aria-keyshortcuts="/"
          placeholder={narrow ? t.short : t.hint}
          maxLength={128}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
      </form>
    </search>
  )
}
