import type { ApiProblem } from '../api/problem.ts'
import { problemInChinese, problemInEnglish } from '../api-words/problem-text.ts'
import { useLanguage } from '../i18n/texts.ts'
import { ApiText } from './api-text.tsx'

/** What went wrong, in the language of the page. In Chinese, the API's English sentence is below it. */
export function ProblemText({ problem }: { problem: ApiProblem }) {
  // The console's own problems have a text in the language of the page.
  if (problem.isOurs) return problem.message
  return <ApiText text={problemInEnglish(problem)} chinese={problemInChinese(problem)} />
}

/** The same as one sentence, for messages. */
export function useProblemText(): (problem: ApiProblem) => string {
  const { language } = useLanguage()
  return problem => (language === 'zh' ? problemInChinese(problem) : undefined) ?? problemInEnglish(problem)
}
