import { Alert, Button } from '@mantine/core'
import type { ApiProblem } from '../api/problem.ts'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import { serviceWords, wordFor } from '../i18n/words.ts'
import classes from './load-problem.module.css'
import { ProblemText } from './problem-text.tsx'

const texts = defineTexts({
  en: {
    failed: 'This could not be loaded',
    forbidden: 'Your roles do not allow you to see this',
    again: 'Try again',
    away: (service: string) => `The ${service} does not answer. What it knows is missing here.`,
    offline: 'The console does not answer. Check the connection.',
  },
  zh: {
    failed: '加载失败',
    forbidden: '您的角色无权查看此内容',
    again: '重试',
    away: (service: string) => `${service}没有响应，此处缺少其数据。`,
    offline: '控制台没有响应，请检查网络连接。',
  },
})

/** Says why something could not be loaded, with a button to try again unless the person's roles do not allow it. */
export function LoadProblem({ problem, again }: { problem: ApiProblem; again(): unknown }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  const { status, service } = problem
  const away = service === undefined ? <ProblemText problem={problem} /> : t.away(wordFor(names, service))
  if (status === 403) {
    return (
      <Alert role="alert" color="yellow" variant="light" title={t.forbidden} my="sm">
        <ProblemText problem={problem} />
      </Alert>
    )
  }
  return (
    <Alert role="alert" color="red" variant="light" title={t.failed} my="sm">
      <div className={classes.text}>{status === 0 ? t.offline : away}</div>
      <Button size="xs" variant="default" onClick={() => void again()}>
        {t.again}
      </Button>
    </Alert>
  )
}
