import { Alert } from '@mantine/core'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import { serviceDataWords, serviceWords, wordFor } from '../i18n/words.ts'
import classes from './missing.module.css'

const texts = defineTexts({
  en: {
    title: 'A part is missing',
    missing: (data: string, service: string) => `${data} is missing: the ${service} does not answer.`,
    unknown: 'Data',
  },
  zh: {
    title: '部分数据缺失',
    missing: (data: string, service: string) => `${data}缺失：${service}没有响应。`,
    unknown: '数据',
  },
})

/** Names the services that could not answer, so that a part is not taken for the whole. */
export function Missing({ services }: { services: readonly string[] | undefined }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  const data: Readonly<Record<string, string>> = useTexts(serviceDataWords)
  if (services === undefined || services.length === 0) return null
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      title={t.title}
      mb="sm"
      classNames={{ title: classes.title as string }}
    >
      {services.map(service => (
        <div key={service}>{t.missing(data[service] ?? t.unknown, wordFor(names, service))}</div>
      ))}
    </Alert>
  )
}
