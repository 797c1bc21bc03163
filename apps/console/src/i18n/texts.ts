import { createContext, createElement, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'

export type Language = 'zh' | 'en'
/** Texts of a page in both languages, with the same keys. A text with values is a function of them. */
export interface Texts<T> {
  readonly zh: T
  readonly en: T
}

/** Checks that both languages have the same keys: what is missing or too much is a type error. */
export const defineTexts = <T extends Record<string, unknown>>(texts: { en: T; zh: NoInfer<T> }): Texts<T> => texts

const storageKey = 'console-language'

function initialLanguage(): Language {
  const stored = localStorage.getItem(storageKey)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}

const LanguageContext = createContext<{ language: Language; setLanguage(language: Language): void }>({
  language: 'en',
  setLanguage: () => {},
})

/** Provides the language: the stored choice, else the browser's. It is written into `<html lang>`. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const value = useMemo(
    () => ({
      language,
      setLanguage(next: Language) {
        localStorage.setItem(storageKey, next)
        setLanguage(next)
      },
    }),
    [language],
  )
  return createElement(LanguageContext, { value }, children)
}

export const useLanguage = () => useContext(LanguageContext)

/** The texts in the language that is chosen. */
export const useTexts = <T>(texts: Texts<T>): T => texts[useLanguage().language]
