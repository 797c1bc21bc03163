import { useLanguage } from '../i18n/texts.ts'
import classes from './api-text.module.css'

interface ApiTextProps {
  /** What the API says, in English. */
  text: string
  /** The same in Chinese. Undefined where no words are known for it: then the text is shown as it is. */
  chinese: string | undefined
  /** Where there is little room, the English text is only the title of the Chinese one. */
  brief?: boolean
}

/** A text of the API in the language of the page. In Chinese, the English text is beside it, so that nothing is lost. */
export function ApiText({ text, chinese, brief = false }: ApiTextProps) {
  const { language } = useLanguage()
  // What people wrote, and what Alipay says, is not marked as English.
  if (chinese === text || (chinese === undefined && isChinese(text)))
    return (
      <span data-prose className={classes.text}>
        {text}
      </span>
    )
  if (language === 'en' || chinese === undefined) {
    return (
      <span data-prose lang="en" className={classes.text}>
        {text}
      </span>
    )
  }
  if (brief) {
    return (
      <span data-prose className={classes.text} title={text}>
        {chinese}
      </span>
    )
  }
  return (
    <span data-prose className={classes.text}>
      {chinese}
      <span lang="en" className={classes.original}>
        {text}
      </span>
    </span>
  )
}

const isChinese = (text: string) => /\p{Script=Han}/u.test(text)
