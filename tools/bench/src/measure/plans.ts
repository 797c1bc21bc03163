import { withClient } from '../system/books.ts'

/** How the server goes about one of its busiest statements. */
export interface Plan {
  database: string
  calls: number
  /** Of the time spent on all statements of this database. */
  shareOfTime: number
  statement: string
  plan: string[]
}

const perDatabase = 12

/**
 * The plans of the statements that took the most time in a database since counting began, for parameters of any value:
 * what stood in a statement as it was counts as a parameter here, so one that finds its rows by it may look worse than it is.
 *
 * @param url as superuser, of the database itself
 */
export async function busiestPlans(url: string, database: string): Promise<Plan[]> {
  return withClient(url, async client => {
    // One server-wide count, seen through each database's own view of it.
    await client`create extension if not exists pg_stat_statements`
    // As the services have it.
    await client`select set_config(name, 'off', false) from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) name`
    const busiest = await client<{ query: string; calls: string; share: number }[]>`
      select query, calls, total_exec_time / sum(total_exec_time) over () as share
      from pg_stat_statements s join pg_database d on d.oid = s.dbid
      where d.datname = ${database} and s.toplevel and query ~* '^\\s*(select|insert|update|delete|with)'
        and query !~* 'pg_|generate_series|information_schema'
      order by total_exec_time desc limit ${perDatabase}`
    const plans: Plan[] = []
    for (const { query, calls, share } of busiest) {
      const plan = await client
        .unsafe<{ 'QUERY PLAN': string }[]>(`explain (generic_plan) ${query}`)
        .simple()
        .then(
          rows => rows.map(row => row['QUERY PLAN']),
          error => [`no plan: ${(error as Error).message}`],
        )
      plans.push({
        database,
        calls: Number(calls),
        shareOfTime: Math.round(share * 1_000) / 1_000,
        statement: query.replaceAll(/\s+/g, ' ').trim(),
        plan,
      })
    }
    return plans
  })
}
