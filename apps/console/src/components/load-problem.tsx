import { Alert, Button } from '@mantine/core'
import type { ApiProblem } from '../api/problem.ts'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import classes from './load-problem.module.css'

const texts = defineTexts({
  en: { failed: 'This could not be loaded', again: 'Try again' },
  zh: { failed: '加载失败', again: '重试' },
})

/** Says why something could not be loaded, with a button to try again. */
export function LoadProblem({ problem, again }: { problem: ApiProblem; again(): unknown }) {
  const t = useTexts(texts)
  return (
    <Alert role="alert" color="red" variant="light" title={t.failed} my="sm">
      <div className={classes.text}>{problem.text}</div>
      <Button size="xs" variant="default" onClick={() => void again()}>
        {t.again}
      </Button>
    </Alert>
  )
}
