/**
 * The migrations that Django's own table `django_migrations` lists for Alyx 3.6.1, in the order they were applied. A
 * database made here has the same rows, so that Django finds nothing to do when it takes over; a database that Django
 * made is recognised by them.
 */
const applied = `
  contenttypes 0001_initial
  contenttypes 0002_remove_content_type_name
  auth 0001_initial
  auth 0002_alter_permission_name_max_length
  auth 0003_alter_user_email_max_length
  auth 0004_alter_user_username_opts
  auth 0005_alter_user_last_login_null
  auth 0006_require_contenttypes_0002
  auth 0007_alter_validators_add_error_messages
  auth 0008_alter_user_username_max_length
  auth 0009_alter_user_last_name_max_length
  misc 0001_initial
  data 0001_initial
  subjects 0001_initial
  subjects 0002_auto_20181015_1026
  misc 0002_auto_20181119_0930
  misc 0003_auto_20190124_1025
  subjects 0003_auto_20190124_1025
  subjects 0004_remove_project_repositories
  subjects 0005_auto_20191224_1035
  subjects 0006_auto_20200317_1055
  subjects 0007_auto_20200921_1346
  subjects 0008_auto_20201015_1320
  subjects 0009_auto_20201103_1434
  subjects 0010_auto_20210624_1253
  misc 0004_auto_20190309_1750
  actions 0001_initial
  actions 0002_auto_20181015_0914
  data 0002_auto_20181015_0914
  data 0003_auto_20190315_1716
  misc 0005_lab_repositories
  misc 0006_labmember_allowed_users
  misc 0007_auto_20200120_1223
  misc 0008_auto_20210624_1253
  actions 0003_auto_20181119_0930
  actions 0004_auto_20181122_1923
  actions 0005_auto_20190124_1025
  actions 0006_cull_cullmethod_cullreason
  actions 0007_session_qc
  actions 0008_alter_session_qc
  actions 0009_ephyssession
  actions 0010_session_extended_qc
  actions 0011_auto_20200317_1055
  actions 0012_change_qc_enum
  actions 0013_auto_20201119_0953
  actions 0014_session_auto_datetime
  actions 0015_auto_20210624_1253
  actions 0016_chronicrecording
  actions 0017_alter_chronicrecording_subject_and_more
  actions 0018_session_projects_alter_session_project
  actions 0019_imagingsession
  actions 0020_alter_notification_notification_type_and_more
  actions 0021_alter_session_extended_qc
  actions 0022_project_to_projects
  actions 0023_remove_session_project
  actions 0024_surgery_implant_weight
  actions 0025_move_implant_weight
  actions 0026_alter_surgery_implant_weight
  admin 0001_initial
  admin 0002_logentry_remove_auto_add
  admin 0003_logentry_add_action_flag_choices
  auth 0010_alter_group_name_max_length
  auth 0011_update_proxy_permissions
  auth 0012_alter_user_first_name_max_length
  authtoken 0001_initial
  authtoken 0002_auto_20160226_1747
  authtoken 0003_tokenproxy
  authtoken 0004_alter_tokenproxy_options
  data 0004_dataset_filesize_int64
  data 0005_dataset_collection
  data 0006_dataset_hash_version
  data 0007_dataset_auto_datetime
  data 0008_dataset_revision_tag
  data 0009_auto_20210624_1253
  data 0010_alter_dataset_created_by_and_more
  data 0011_alter_datasettype_filename_pattern
  data 0012_alter_datasettype_filename_pattern_and_more
  data 0013_dataset_content_type_dataset_object_id
  data 0014_alter_datasettype_filename_pattern
  data 0015_alter_datasettype_filename_pattern
  data 0016_alter_dataset_collection_alter_revision_name
  data 0017_alter_dataset_object_id
  data 0018_alter_dataset_collection_alter_revision_name
  data 0019_dataset_qc
  data 0020_alter_datarepository_timezone
  data 0021_alter_dataset_collection_alter_dataset_hash_and_more
  data 0022_alter_datarepository_timezone
  data 0023_datanotice
  experiments 0001_initial
  experiments 0002_channels_20200402
  experiments 0003_probe_insertion_serial_20200504_1132
  experiments 0004_auto_20200519_2129
  experiments 0005_trajectoryestimate_datetime
  experiments 0006_auto_20201119_0953
  experiments 0007_probeinsertion_auto_datetime
  experiments 0008_probeinsertion_datasets
  experiments 0009_auto_20210624_1253
  experiments 0010_probeinsertion_chronic_recording
  experiments 0011_chronic_insertion
  experiments 0012_fov_imagingstack_imagingtype_alter_channel_lateral_and_more
  experiments 0013_remove_trajectoryestimate_unique_trajectory_per_provenance_and_more
  experiments 0014_alter_probeinsertion_chronic_insertion
  jobs 0001_initial
  jobs 0002_auto_20200629_0935
  jobs 0003_auto_20200705_2046
  jobs 0004_auto_20200731_0936
  jobs 0005_auto_20201119_0953
  jobs 0006_alter_task_status
  jobs 0007_remove_task_unique_task_name_per_session_and_more
  jobs 0008_task_data_repository
  misc 0009_auto_20211122_1535
  misc 0010_alter_lab_timezone
  misc 0011_alter_lab_name
  misc 0012_alter_lab_timezone
  misc 0013_alter_lab_reference_weight_pct_and_more
  reversion 0001_squashed_0004_auto_20160611_1202
  reversion 0002_add_index_on_version_for_content_type_and_db
  sessions 0001_initial
  subjects 0011_alter_subject_nickname
  subjects 0012_alter_subject_nickname
  subjects 0013_remove_subject_implant_weight
  subjects 0014_delete_adverse_effect_delete_cull_subject_and_more
  subjects 0015_remove_subject_reduced
  subjects 0016_remove_subject_cull_method
`

export interface AlyxMigration {
  /** Part of the reference application, such as `actions`, or of its framework, such as `auth`. */
  readonly app: string
  readonly name: string
}

export const alyxMigrations: readonly AlyxMigration[] = applied
  .trim()
  .split('\n')
  .map((line) => {
    const [app = '', name = ''] = line.trim().split(' ')
    return { app, name }
  })

/**
 * The parts that are Alyx's own: their migrations tell its version. Those of the framework vary with the versions of the
 * libraries a lab installed and leave the same tables.
 */
export const alyxApps: ReadonlySet<string> = new Set(['actions', 'data', 'experiments', 'jobs', 'misc', 'subjects'])
