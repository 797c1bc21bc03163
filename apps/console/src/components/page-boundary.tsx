import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import { Page } from './page.tsx'

const texts = defineTexts({
  en: {
    title: 'This page could not be shown',
    hint: 'The console was updated meanwhile, the connection failed, or the page has an error.',
    reload: 'Reload',
  },
  zh: {
    title: '页面无法显示',
    hint: '可能是控制台已更新、网络中断或页面出错。',
    reload: '重新加载',
  },
})

interface BoundaryProps {
  path: string
  children: ReactNode
}

/** Shows what to do where a page's script can not be loaded or its drawing fails. Another `path` is drawn anew. */
export class PageBoundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidUpdate(before: BoundaryProps) {
    if (this.state.failed && before.path !== this.props.path) this.setState({ failed: false })
  }

  override render() {
    return this.state.failed ? <Failed /> : this.props.children
  }
}

/** A script that failed to load is not requested again by its document. */
function Failed() {
  const t = useTexts(texts)
  return (
    <Page title={t.title}>
      <p role="alert">{t.hint}</p>
      <Button onClick={() => location.reload()}>{t.reload}</Button>
    </Page>
  )
}
