import { type ComponentType, lazy, Suspense } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { LoadProblem } from './components/load-problem.tsx'
import { Page } from './components/page.tsx'
import { PageBoundary } from './components/page-boundary.tsx'
import { defineTexts, useTexts } from './i18n/texts.ts'
import { Layout } from './layout/layout.tsx'
import type { PageProps } from './pages/page-props.ts'
import { SignIn } from './pages/sign-in/index.tsx'
import { SessionProvider, useSession, useSessionQuery } from './session/session.tsx'

/** Each page is a script of its own, loaded when it is opened first. */
const pages: readonly (readonly [path: string, page: ComponentType<PageProps>])[] = [
  ['/', lazy(() => import('./pages/today/index.tsx'))],
  ['/orders', lazy(() => import('./pages/orders/index.tsx'))],
  ['/orders/:id', lazy(() => import('./pages/order/index.tsx'))],
  ['/search', lazy(() => import('./pages/search/index.tsx'))],
  ['/payments', lazy(() => import('./pages/payments/index.tsx'))],
  ['/refunds', lazy(() => import('./pages/refunds/index.tsx'))],
  ['/cases/:id?', lazy(() => import('./pages/cases/index.tsx'))],
  ['/reconciliation/:date?', lazy(() => import('./pages/reconciliation/index.tsx'))],
  ['/dead-letters/:id?', lazy(() => import('./pages/dead-letters/index.tsx'))],
  ['/stock/:sku?', lazy(() => import('./pages/stock/index.tsx'))],
  ['/jobs', lazy(() => import('./pages/jobs/index.tsx'))],
  ['/reports', lazy(() => import('./pages/reports/index.tsx'))],
  ['/audit-log', lazy(() => import('./pages/audit-log/index.tsx'))],
  ['/system', lazy(() => import('./pages/system/index.tsx'))],
]

const texts = defineTexts({
  en: {
    notFound: 'Page not found',
    hint: 'Choose a page from the menu, or go to',
    start: 'Today',
    noPages: 'No page is open to you',
    noPagesHint: (roles: string) => `Your roles (${roles}) are for programs. Sign in with a role that may read.`,
  },
  zh: {
    notFound: '页面不存在',
    hint: '请从菜单中选择页面，或前往',
    start: '今日',
    noPages: '没有可访问的页面',
    noPagesHint: (roles: string) => `您的角色（${roles}）供程序使用。请使用具有查看权限的角色登录。`,
  },
})

/** The sign-in page, or the page of the address within the frame. */
export function App() {
  const session = useSessionQuery()
  if (session.error !== null) return <LoadProblem problem={session.error} again={session.refetch} />
  if (session.data === undefined) return null
  if (session.data === null) return <SignIn />
  return (
    <SessionProvider session={session.data}>
      <Layout>
        <Pages />
      </Layout>
    </SessionProvider>
  )
}

function Pages() {
  const t = useTexts(texts)
  const { session, can } = useSession()
  const [path] = useLocation()
  if (!can('read')) return <Page title={t.noPages}>{t.noPagesHint(session.roles.join(', '))}</Page>
  return (
    <PageBoundary path={path}>
      <Suspense fallback={null}>
        <Switch>
          {pages.map(([pattern, Component]) => (
            <Route key={pattern} path={pattern}>
              {params => <Component params={params} />}
            </Route>
          ))}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  )
}

function NotFound() {
  const t = useTexts(texts)
  return (
    <Page title={t.notFound}>
      <p>
        {t.hint} <Link href="/">{t.start}</Link>
      </p>
    </Page>
  )
}
