import { serviceWords, wordFor } from '../i18n/words.ts'
import { fieldInChinese, fieldMessage } from './field-words.ts'
import { problemDetail } from './problem-sentences.ts'
import { type Members, problemsInChinese, problemsInEnglish } from './problem-words.ts'

/** What is known of a problem. `status` is 0 where no answer came. */
interface KnownProblem {
  readonly status: number
  /** The name of its type in the contract, such as `order-not-found`. */
  readonly kind: string
  readonly message: string
  readonly detail: string | undefined
  readonly members: Members
  readonly service: string | undefined
}

/** What went wrong, in Chinese, from the problem's type and members. Undefined for a type that is unknown. */
export function problemInChinese(problem: KnownProblem): string | undefined {
  const { kind, members, detail, service, status } = problem
  if (status === 0) return '请检查网络连接。'
  if (kind === 'service-unavailable' && service !== undefined) {
    return `${wordFor(serviceWords.zh, service)}没有响应，请稍后重试。`
  }
  const fields = invalidFields(members.errors)
  if (fields !== undefined) return fields
  const said = detail === undefined ? undefined : problemDetail(detail)
  if (said !== undefined) return said
  const words = Object.hasOwn(problemsInChinese, kind)
    ? problemsInChinese[kind as keyof typeof problemsInChinese]
    : undefined
  return typeof words === 'function' ? words(members) : words
}

/** What went wrong, in English: the API's own words, or those of the problem's type. */
export function problemInEnglish({ kind, detail, message, status }: KnownProblem): string {
  if (status === 0) return 'Check the connection.'
  const words = Object.hasOwn(problemsInEnglish, kind)
    ? problemsInEnglish[kind as keyof typeof problemsInEnglish]
    : undefined
  return detail || words || message
}

/** The invalid fields of a request, each with what is wrong. Undefined where a message has no Chinese words. */
function invalidFields(errors: unknown): string | undefined {
  if (!Array.isArray(errors) || errors.length === 0) return undefined
  const said = (errors as { field: string; message: string }[]).map(({ field, message }) => {
    const wrong = fieldMessage(message)
    return wrong === undefined ? undefined : `${fieldInChinese(field)}：${wrong}`
  })
  return said.includes(undefined) ? undefined : `${said.join('；')}。`
}
