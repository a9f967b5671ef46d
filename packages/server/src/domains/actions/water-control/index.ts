/** Water control: what a subject should weigh and drink, what it got, and what remains. */
export type { Administration, Implant, LabWaterPolicy, Restriction, WaterControlInputs, Weighing } from './inputs.ts'
export { WATER_RECORD_FIELDS, type WaterRecord } from './records.ts'
export {
  type AskedDays,
  type RefusalCode,
  type WaterRequirement,
  WaterRequirementRefused,
  waterRequirement,
} from './requirement.ts'
export { type WaterSummary, waterSummaries } from './summaries.ts'
export { WaterControl, type WaterState } from './water-control.ts'
