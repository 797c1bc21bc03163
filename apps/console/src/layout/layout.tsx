import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useAction } from '../components/use-action.ts'
import { defineTexts, useLanguage, useTexts } from '../i18n/texts.ts'
import { roleName } from '../i18n/words.ts'
import { useSession } from '../session/session.tsx'
import classes from './layout.module.css'
import { navigation, navigationTexts } from './navigation.ts'
import { SearchBox } from './search-box.tsx'

const texts = defineTexts({
  en: {
    skip: 'Skip to content',
    brand: 'Console',
    menu: 'Menu',
    pages: 'Pages',
    dark: 'Dark',
    light: 'Light',
    signOut: 'Sign out',
    signedOut: 'Signed out',
    zone: 'All times are Beijing time (UTC+8).',
  },
  zh: {
    skip: '跳到内容',
    brand: '控制台',
    menu: '菜单',
    pages: '页面',
    dark: '深色',
    light: '浅色',
    signOut: '退出登录',
    signedOut: '已退出登录',
    zone: '所有时间均为北京时间（UTC+8）。',
  },
})

/** The frame around every page: header with search, language and theme, and the sidebar. */
export function Layout({ children }: { children: ReactNode }) {
  const t = useTexts(texts)
  const [path] = useLocation()
  const [menuAt, setMenuAt] = useState<string | null>(null)
  // Opened on this page: navigation closes the menu.
  const open = menuAt === path
  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <a href="#main" className={classes.skip}>
          {t.skip}
        </a>
        <button
          type="button"
          className={`${classes.small} ${classes.burger}`}
          aria-expanded={open}
          aria-controls="pages"
          aria-label={t.menu}
          onClick={() => setMenuAt(open ? null : path)}
        >
          ☰ <span className={classes.menuWord}>{t.menu}</span>
        </button>
        <Link href="/" className={classes.brand}>
          {t.brand}
        </Link>
        <SearchBox />
        <Person />
      </header>
      <Sidebar open={open} />
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
        <p className={classes.zone}>{t.zone}</p>
      </main>
    </div>
  )
}

function Sidebar({ open }: { open: boolean }) {
  const t = useTexts(texts)
  const names = useTexts(navigationTexts)
  const [path] = useLocation()
  const { can } = useSession()
  const isCurrent = (page: string) => (page === '/' ? path === '/' : path === page || path.startsWith(`${page}/`))
  return (
    <nav id="pages" aria-label={t.pages} className={classes.nav} data-open={open}>
      {navigation.map(group => (
        <ul key={group[0]?.path}>
          {group
            .filter(({ permission }) => can(permission))
            .map(({ path: page, text }) => (
              <li key={page}>
                <Link href={page} {...(isCurrent(page) ? { 'aria-current': 'page' as const } : {})}>
                  {names[text]}
                </Link>
              </li>
            ))}
        </ul>
      ))}
    </nav>
  )
}

/** Language and theme, for the header and the sign-in page. */
export function Preferences() {
  const t = useTexts(texts)
  const { language, setLanguage } = useLanguage()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <>
      <button
        type="button"
        className={classes.small}
        lang={other === 'zh' ? 'zh-CN' : 'en'}
        onClick={() => setLanguage(other)}
      >
        {other === 'zh' ? '中文' : 'English'}
      </button>
      <button type="button" className={classes.small} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
        {dark ? t.light : t.dark}
      </button>
    </>
  )
}

function Person() {
  const t = useTexts(texts)
  const { language } = useLanguage()
  const { session, signOut } = useSession()
  const action = useAction({ run: signOut, done: () => t.signedOut })
  return (
    <div className={classes.tools}>
      <Preferences />
      <span className={classes.person} title={session.roles.join(', ')}>
        {session.name} · {session.roles.map(role => roleName(role, language)).join(', ')}
      </span>
      <button type="button" className={classes.small} disabled={action.pending} onClick={() => action.run(undefined)}>
        {t.signOut}
      </button>
    </div>
  )
}
