// The rules of .dependency-cruiser.cjs with tests included. Cycles between folders are left out: a test may use any folder
// of its package.

const { forbidden, options } = require('./.dependency-cruiser.cjs')

const [notSources] = options.exclude.path

module.exports = {
  forbidden: forbidden.filter(rule => rule.name !== 'no-folder-cycle'),
  options: { ...options, exclude: { path: notSources } },
}
