import { Status } from './status.tsx'

/** What is unusual about an order. */
export const OrderFlags = ({ flags }: { flags: readonly string[] }) =>
  flags.map(flag => (
    <span key={flag}>
      <Status kind="flag" value={flag} />{' '}
    </span>
  ))
