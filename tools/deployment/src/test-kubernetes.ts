import { join } from 'node:path'
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { CronJob } from 'kubernetes-models/batch/v1/CronJob'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import ts from 'typescript'
import type { KubernetesObject } from './test-chart.ts'

interface Model {
  new (data: never): { validate(): void }
  apiVersion: string
  kind: string
}

/** Every kind that the chart makes, with the module of its type. */
const kinds: readonly { model: Model; module: string }[] = [
  { model: Deployment, module: 'kubernetes-models/apps/v1/Deployment' },
  { model: HorizontalPodAutoscaler, module: 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler' },
  { model: CronJob, module: 'kubernetes-models/batch/v1/CronJob' },
  { model: Job, module: 'kubernetes-models/batch/v1/Job' },
  { model: Ingress, module: 'kubernetes-models/networking.k8s.io/v1/Ingress' },
  { model: NetworkPolicy, module: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy' },
  { model: PodDisruptionBudget, module: 'kubernetes-models/policy/v1/PodDisruptionBudget' },
  { model: Service, module: 'kubernetes-models/v1/Service' },
  { model: ScaledObject, module: '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject' },
  {
    model: ServiceMonitor,
    module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor',
  },
  {
    model: PrometheusRule,
    module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
  },
]

function kindOf({ apiVersion, kind, metadata }: KubernetesObject): (typeof kinds)[number] {
  const found = kinds.find(({ model }) => model.apiVersion === apiVersion && model.kind === kind)
  if (!found) throw new Error(`${metadata.name} is a ${apiVersion} ${kind}, which the chart is not known to make`)
  return found
}

/** Checks an object against the schema of its kind. Throws Error naming what is wrong. Unknown fields are accepted. */
export function validate(object: KubernetesObject): void {
  const { model } = kindOf(object)
  try {
    new model(object as never).validate()
  } catch (error) {
    throw new Error(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`)
  }
}

/**
 * Fields that their kinds do not have, and values of other types. A cluster would drop such fields without a word. The
 * compiler finds them: each object is checked as a literal of its kind's type.
 */
export function misfitsOf(objects: readonly KubernetesObject[]): string[] {
  const lines = objects.flatMap((object, index) => {
    const { model, module } = kindOf(object)
    const type = `I${model.kind}`
    return [
      `import type { ${type} as T${index} } from '${module}'`,
      `export const o${index}: T${index} = ${JSON.stringify(object)}`,
    ]
  })
  const file = join(import.meta.dirname, 'rendered.ts')
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = name => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2024) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file: source, start = 0 }) => {
    // Two lines for each object.
    const object = source && objects[Math.floor(source.getLineAndCharacterOfPosition(start).line / 2)]
    return `${object?.kind} ${object?.metadata.name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}
