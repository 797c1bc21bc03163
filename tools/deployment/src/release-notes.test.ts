import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chartFolder, repositoryRoot } from './paths.ts'
import { type ReleaseFiles, releaseNotes } from './release-notes.ts'

const files: ReleaseFiles = {
  changelog:
    '# Changelog\n\n## 1.3.0 (unreleased)\n\n- Later.\n\n## 1.2.0 (2027-01-31)\n\n**Money**\n\n- Refunds.\n\n## 1.1.0 (2026-12-24)\n\n',
  packageJson: '{"version":"1.2.0"}',
  chart: 'name: x\nversion: 1.2.0\nappVersion: "1.2.0"\n',
}

const of = (version: string, changed: Partial<ReleaseFiles> = {}): ReleaseFiles => ({
  ...files,
  packageJson: `{"version":"${version}"}`,
  chart: `version: ${version}\nappVersion: "${version}"\n`,
  ...changed,
})

describe('notes of a release', () => {
  it('are the entry of its version', () => {
    expect(releaseNotes('v1.2.0', files)).toBe('**Money**\n\n- Refunds.')
  })

  it.each([
    ['a tag of another form', '1.2.0', files, /is no tag of a release/],
    [
      'another version in package.json',
      'v1.2.0',
      of('1.2.0', { packageJson: '{"version":"1.1.0"}' }),
      /package\.json is 1\.1\.0/,
    ],
    [
      'another version of the chart',
      'v1.2.0',
      of('1.2.0', { chart: 'version: 1.1.0\nappVersion: "1.2.0"' }),
      /Chart\.yaml is 1\.1\.0/,
    ],
    [
      'another version of the image',
      'v1.2.0',
      of('1.2.0', { chart: 'version: 1.2.0\nappVersion: "1.1.0"' }),
      /appVersion/,
    ],
    ['no entry', 'v1.4.0', of('1.4.0'), /no entry/],
    ['an entry without a date', 'v1.3.0', of('1.3.0'), /begins with "## 1\.3\.0 \(unreleased\)"/],
    ['an empty entry', 'v1.1.0', of('1.1.0'), /is empty/],
  ])('are refused with %s', (_what, tag, given, message) => {
    expect(() => releaseNotes(tag, given)).toThrow(message)
  })
})

describe('this version', () => {
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
  const { version } = JSON.parse(read(repositoryRoot, 'package.json')) as { version: string }

  it('has an entry in the changelog, and one number everywhere', () => {
    // An entry gets its date with the release.
    const changelog = read(repositoryRoot, 'CHANGELOG.md').replace(
      `## ${version} (unreleased)`,
      `## ${version} (2026-01-01)`,
    )
    const packageJson = read(repositoryRoot, 'package.json')
    expect(releaseNotes(`v${version}`, { changelog, packageJson, chart: read(chartFolder, 'Chart.yaml') })).not.toBe('')
  })
})
