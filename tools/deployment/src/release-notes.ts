/** A release that can't be published as it is. Its message says what to change. */
class ReleaseError extends Error {
  override name = 'ReleaseError'
}

/** The files that name the version, as texts. */
export interface ReleaseFiles {
  changelog: string
  packageJson: string
  chart: string
}

/**
 * The notes of a release: the entry of CHANGELOG.md for the version that a tag names (`v1.2.3`). Throws ReleaseError
 * where there is none, it has no date or is empty, or where package.json or Chart.yaml name another version.
 */
export function releaseNotes(tag: string, { changelog, packageJson, chart }: ReleaseFiles): string {
  const version = /^v(\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?)$/.exec(tag)?.[1]
  if (version === undefined) throw new ReleaseError(`${tag} is no tag of a release: it has the form v1.2.3`)
  const named = {
    'version of package.json': (JSON.parse(packageJson) as { version: string }).version,
    'version of Chart.yaml': /^version: "?([^"\n]+)"?$/m.exec(chart)?.[1],
    'appVersion of Chart.yaml': /^appVersion: "?([^"\n]+)"?$/m.exec(chart)?.[1],
  }
  for (const [where, found] of Object.entries(named)) {
    if (found !== version) throw new ReleaseError(`the ${where} is ${found}: set it to ${version}`)
  }
  return entryOf(changelog, version)
}

function entryOf(changelog: string, version: string): string {
  const entries = changelog.split(/^## /m).slice(1)
  const entry = entries.find(text => text.split(/\s/)[0] === version)
  if (entry === undefined) throw new ReleaseError(`CHANGELOG.md has no entry for it: add "## ${version} (YYYY-MM-DD)"`)
  const [head = '', ...lines] = entry.split('\n')
  if (!/^\S+ \(\d{4}-\d{2}-\d{2}\)$/.test(head)) {
    throw new ReleaseError(`the entry of CHANGELOG.md begins with "## ${head}": write "## ${version} (YYYY-MM-DD)"`)
  }
  const notes = lines.join('\n').trim()
  if (notes === '') throw new ReleaseError(`the entry of CHANGELOG.md for ${version} is empty`)
  return notes
}
