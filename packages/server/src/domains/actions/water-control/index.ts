/** Water control: what a subject should weigh and drink, what it got, and what remains. */
export type { Administration, LabWaterPolicy, WaterControlInputs, Weighing } from './inputs.ts'
export { WATER_RECORD_FIELDS, type WaterRecord } from './records.ts'
export {
  type WaterRequirement,
  WaterRequirementRefused,
  waterRequirement,
} from './requirement.ts'
export { waterSummaries } from './summaries.ts'
export { WaterControl } from './water-control.ts'
