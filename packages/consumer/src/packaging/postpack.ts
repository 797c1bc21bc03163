// Runs after npm has packed the folder.
import { restoreManifest } from './manifest.ts'

restoreManifest()
