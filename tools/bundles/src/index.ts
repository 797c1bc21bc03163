export { ensureBundles } from './ensure-bundles.ts'
export { hashOfFiles } from './hash-of-files.ts'
export { bundledPrograms, bundleOf } from './programs.ts'
