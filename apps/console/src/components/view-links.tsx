import { Link } from 'wouter'
import classes from './view-links.module.css'

/** Links to ways of looking at the same things, such as lists by status. The current one is marked. */
export function ViewLinks(props: {
  label: string
  views: readonly { href: string; label: string; current: boolean }[]
}) {
  return (
    <nav aria-label={props.label}>
      <ul className={classes.views}>
        {props.views.map(({ href, label, current }) => (
          <li key={href}>
            <Link href={href} className={classes.view} {...(current ? { 'aria-current': 'page' as const } : {})}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
