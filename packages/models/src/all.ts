import { ChronicRecording } from './actions/chronic-recording.ts'
import { Cull } from './actions/cull.ts'
import { CullMethod } from './actions/cull-method.ts'
import { CullReason } from './actions/cull-reason.ts'
import { Notification } from './actions/notification.ts'
import { NotificationRule } from './actions/notification-rule.ts'
import { OtherAction } from './actions/other-action.ts'
import { ProcedureType } from './actions/procedure-type.ts'
import { Session } from './actions/session.ts'
import { Surgery } from './actions/surgery.ts'
import { VirusInjection } from './actions/virus-injection.ts'
import { WaterAdministration } from './actions/water-administration.ts'
import { WaterRestriction } from './actions/water-restriction.ts'
import { WaterType } from './actions/water-type.ts'
import { Weighing } from './actions/weighing.ts'
import { DataFormat } from './data/data-format.ts'
import { DataNotice } from './data/data-notice.ts'
import { DataRepository } from './data/data-repository.ts'
import { DataRepositoryType } from './data/data-repository-type.ts'
import { Dataset } from './data/dataset.ts'
import { DatasetType } from './data/dataset-type.ts'
import { Download } from './data/download.ts'
import { FileRecord } from './data/file-record.ts'
import { Revision } from './data/revision.ts'
import { Tag } from './data/tag.ts'
import { BrainRegion } from './experiments/brain-region.ts'
import { Channel } from './experiments/channel.ts'
import { ChronicInsertion } from './experiments/chronic-insertion.ts'
import { CoordinateSystem } from './experiments/coordinate-system.ts'
import { FOV } from './experiments/fov.ts'
import { FOVLocation } from './experiments/fov-location.ts'
import { ImagingStack } from './experiments/imaging-stack.ts'
import { ImagingType } from './experiments/imaging-type.ts'
import { ProbeInsertion } from './experiments/probe-insertion.ts'
import { ProbeModel } from './experiments/probe-model.ts'
import { TrajectoryEstimate } from './experiments/trajectory-estimate.ts'
import { ContentType } from './framework/content-type.ts'
import { Group } from './framework/group.ts'
import { LogEntry } from './framework/log-entry.ts'
import { Migration } from './framework/migration.ts'
import { Permission } from './framework/permission.ts'
import { Reversion, ReversionVersion } from './framework/reversion.ts'
import { Token } from './framework/token.ts'
import { WebSession } from './framework/web-session.ts'
import { Task } from './jobs/task.ts'
import { CageType } from './misc/cage-type.ts'
import { Enrichment } from './misc/enrichment.ts'
import { Food } from './misc/food.ts'
import { Housing } from './misc/housing.ts'
import { HousingSubject } from './misc/housing-subject.ts'
import { Lab } from './misc/lab.ts'
import { LabLocation } from './misc/lab-location.ts'
import { LabMember } from './misc/lab-member.ts'
import { LabMembership } from './misc/lab-membership.ts'
import { Note } from './misc/note.ts'
import type { Model } from './model.ts'
import { Allele } from './subjects/allele.ts'
import { BreedingPair } from './subjects/breeding-pair.ts'
import { GenotypeTest } from './subjects/genotype-test.ts'
import { Line } from './subjects/line.ts'
import { Litter } from './subjects/litter.ts'
import { Project } from './subjects/project.ts'
import { Sequence } from './subjects/sequence.ts'
import { Source } from './subjects/source.ts'
import { Species } from './subjects/species.ts'
import { Strain } from './subjects/strain.ts'
import { Subject } from './subjects/subject.ts'
import { SubjectRequest } from './subjects/subject-request.ts'
import { Zygosity } from './subjects/zygosity.ts'
import { ZygosityRule } from './subjects/zygosity-rule.ts'

/** Every model, in the order of the laboratory: people, animals, actions, data, experiments, jobs, then the framework's own tables. */
export const all: readonly Model[] = [
  LabMember,
  Lab,
  LabMembership,
  LabLocation,
  Note,
  CageType,
  Enrichment,
  Food,
  Housing,
  HousingSubject,
  Subject,
  SubjectRequest,
  Litter,
  BreedingPair,
  Line,
  Species,
  Strain,
  Source,
  Allele,
  Sequence,
  Zygosity,
  GenotypeTest,
  ZygosityRule,
  Project,
  ProcedureType,
  Weighing,
  WaterType,
  WaterAdministration,
  VirusInjection,
  ChronicRecording,
  OtherAction,
  Surgery,
  Session,
  WaterRestriction,
  Cull,
  CullReason,
  CullMethod,
  Notification,
  NotificationRule,
  DataRepositoryType,
  DataRepository,
  DataFormat,
  DatasetType,
  Dataset,
  FileRecord,
  Tag,
  Revision,
  Download,
  DataNotice,
  CoordinateSystem,
  ProbeModel,
  ChronicInsertion,
  ProbeInsertion,
  TrajectoryEstimate,
  Channel,
  BrainRegion,
  ImagingType,
  ImagingStack,
  FOV,
  FOVLocation,
  Task,
  ContentType,
  Permission,
  Group,
  Token,
  WebSession,
  LogEntry,
  Reversion,
  ReversionVersion,
  Migration,
]

export {
  Allele,
  BrainRegion,
  BreedingPair,
  CageType,
  Channel,
  ChronicInsertion,
  ChronicRecording,
  ContentType,
  CoordinateSystem,
  Cull,
  CullMethod,
  CullReason,
  DataFormat,
  DataNotice,
  DataRepository,
  DataRepositoryType,
  Dataset,
  DatasetType,
  Download,
  Enrichment,
  FileRecord,
  FOV,
  FOVLocation,
  Food,
  GenotypeTest,
  Group,
  Housing,
  HousingSubject,
  ImagingStack,
  ImagingType,
  Lab,
  LabLocation,
  LabMember,
  LabMembership,
  Line,
  Litter,
  LogEntry,
  Migration,
  Note,
  Notification,
  NotificationRule,
  OtherAction,
  Permission,
  ProbeInsertion,
  ProbeModel,
  ProcedureType,
  Project,
  Reversion,
  ReversionVersion,
  Revision,
  Sequence,
  Session,
  Source,
  Species,
  Strain,
  Subject,
  SubjectRequest,
  Surgery,
  Tag,
  Task,
  Token,
  TrajectoryEstimate,
  VirusInjection,
  WaterAdministration,
  WaterRestriction,
  WaterType,
  WebSession,
  Weighing,
  Zygosity,
  ZygosityRule,
}
