import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import classes from './toasts.module.css'

const texts = defineTexts({ en: { close: 'Close message' }, zh: { close: '关闭消息' } })

const ToastContext = createContext<(text: string) => void>(() => {})

/** Shows a message in a corner, which screen readers announce. It stays until it is closed or three newer ones came. */
export const useToast = () => useContext(ToastContext)

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTexts(texts)
  const [toasts, setToasts] = useState<{ id: number; text: string }[]>([])
  const close = (id: number) => setToasts(shown => shown.filter(toast => toast.id !== id))
  const show = useCallback((text: string) => {
    setToasts(shown => [...shown.slice(-2), { id: (shown.at(-1)?.id ?? 0) + 1, text }])
  }, [])
  return (
    <ToastContext value={show}>
      {children}
      <div role="status" aria-live="polite" className={classes.toasts}>
        {toasts.map(({ id, text }) => (
          <div key={id} className={classes.toast}>
            <span>{text}</span>
            <button type="button" className={classes.close} aria-label={t.close} onClick={() => close(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  )
}
