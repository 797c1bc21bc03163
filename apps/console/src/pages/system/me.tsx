import { CopyableId, KeyValues, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { roleWords, wordFor } from '../../i18n/words.ts'
import { type Permission, useSession } from '../../session/session.tsx'
import classes from './system.module.css'
import { permissionWords, texts } from './texts.ts'

/** Who is signed in, until when, and what the person may and may not do. */
export function Me() {
  const t = useTexts(texts)
  const roles: Readonly<Record<string, string>> = useTexts(roleWords)
  const permissions = useTexts(permissionWords)
  const { session, can } = useSession()
  const all = Object.keys(permissions) as Permission[]
  const wordsOf = (keys: readonly Permission[]) =>
    keys.length === 0 ? undefined : (
      <ul className={`${classes.list} ${classes.permissions}`}>
        {keys.map(key => (
          <li key={key}>{permissions[key]}</li>
        ))}
      </ul>
    )
  return (
    <KeyValues
      entries={[
        [t.name, session.name],
        [t.id, <CopyableId key="id" id={session.id} />],
        [t.roles, session.roles.map(role => wordFor(roles, role)).join(', ')],
        [t.idle, <Time key="idle" at={session.idleUntil} />],
        [t.ends, <Time key="ends" at={session.endsAt} />],
        [t.may, wordsOf(all.filter(can))],
        [t.mayNot, wordsOf(all.filter(key => !can(key)))],
      ]}
    />
  )
}
