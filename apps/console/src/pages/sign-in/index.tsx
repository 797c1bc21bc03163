import { Alert, Button, Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/client.ts'
import type { ApiProblem } from '../../api/problem.ts'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Page } from '../../components/page.tsx'
import { ProblemText } from '../../components/problem-text.tsx'
import { defineTexts, useLanguage, useTexts } from '../../i18n/texts.ts'
import { roleWords, wordFor } from '../../i18n/words.ts'
import { Preferences } from '../../layout/layout.tsx'
import { refreshSession } from '../../session/session.tsx'
import classes from './sign-in.module.css'

const texts = defineTexts({
  en: {
    title: 'Sign in',
    oidc: 'Sign in with company account',
    demo: 'Demo sign-in',
    demoHint: 'Anyone who reaches this page can sign in with any role. Production refuses it.',
    name: 'Name',
    roles: 'Roles',
    signIn: 'Sign in',
    failed: 'Sign-in failed',
    none: 'No way to sign in is set up. Set CONSOLE_OIDC_ISSUER of the gateway.',
  },
  zh: {
    title: '登录',
    oidc: '使用公司账号登录',
    demo: '演示登录',
    demoHint: '任何能打开此页面的人都可以用任意角色登录；生产环境会拒绝。',
    name: '姓名',
    roles: '角色',
    signIn: '登录',
    failed: '登录失败',
    none: '尚未配置登录方式。请设置网关的 CONSOLE_OIDC_ISSUER。',
  },
})

interface Methods {
  oidc: boolean
  demo: boolean
  roles: string[]
}

/** Shown instead of every page without a session; the address stays, so that the page follows. */
export function SignIn() {
  const t = useTexts(texts)
  const methods = useQuery<Methods, ApiProblem>({
    queryKey: ['session', 'methods'],
    queryFn: () => call<Methods>('GET', '/auth/methods'),
  })
  const returnTo = encodeURIComponent(location.pathname + location.search)
  return (
    <div className={classes.frame}>
      <header className={classes.tools}>
        <Preferences />
      </header>
      <main className={classes.box}>
        <Page title={t.title}>
          {methods.error !== null && <LoadProblem problem={methods.error} again={methods.refetch} />}
          {methods.data?.oidc && (
            <Button component="a" href={`/auth/sign-in?returnTo=${returnTo}`}>
              {t.oidc}
            </Button>
          )}
          {methods.data?.demo && <DemoSignIn roles={methods.data.roles} />}
          {methods.data !== undefined && !methods.data.oidc && !methods.data.demo && <p>{t.none}</p>}
        </Page>
      </main>
    </div>
  )
}

function DemoSignIn({ roles }: { roles: readonly string[] }) {
  const t = useTexts(texts)
  const { language } = useLanguage()
  const client = useQueryClient()
  const [name, setName] = useState('demo')
  const [chosen, setChosen] = useState<string[]>(['owner'])
  const signIn = useMutation<unknown, ApiProblem>({
    mutationFn: () => call('POST', '/auth/demo', { name: name.trim(), roles: chosen }),
    onSuccess: () => refreshSession(client),
  })
  return (
    <form
      className={classes.form}
      aria-label={t.demo}
      onSubmit={event => {
        event.preventDefault()
        if (!signIn.isPending) signIn.mutate()
      }}
    >
      <p className={classes.hint}>{t.demoHint}</p>
      <TextInput
        label={t.name}
        required
        maxLength={64}
        autoComplete="off"
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Checkbox.Group label={t.roles} value={chosen} onChange={setChosen}>
        <div className={classes.roles}>
          {roles.map(role => (
            <Checkbox
              key={role}
              value={role}
              label={language === 'zh' ? `${wordFor(roleWords.zh, role)}（${role}）` : role}
              size="xs"
            />
          ))}
        </div>
      </Checkbox.Group>
      {signIn.error !== null && (
        <Alert role="alert" color="red" variant="light" title={t.failed}>
          <ProblemText problem={signIn.error} />
        </Alert>
      )}
      <Button type="submit" loading={signIn.isPending} disabled={chosen.length === 0}>
        {t.signIn}
      </Button>
    </form>
  )
}
