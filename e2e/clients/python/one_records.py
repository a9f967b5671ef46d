"""A session with its files, as ONE's registration client records them."""
import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import one as package
import requests
from checks import check, finish, refused, same, same_members
from one.alf.exceptions import ALFError, AlyxSubjectNotFound
from one.registration import RegistrationClient
from stage import database, dataset_rows, file_rows, folder, one_client, place, username

here = place()
api = one_client()
alyx = api.alyx
client = RegistrationClient(api)
print(f'the registration client of ONE-api {package.__version__}')

SUBJECT = 'one-records-01'
DAY = '2026-03-02'
TODAY = datetime.today().strftime('%Y-%m-%d')
subjects = folder / here.lab / 'Subjects'
TABLE, WHEEL = 'alf/_ibl_trials.table.pqt', 'alf/_ibl_wheel.position.npy'
SPIKES, CLUSTERS = 'alf/probe00/spikes.times.npy', 'alf/probe00/spikes.clusters.npy'

known = {}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def md5(path):
    return hashlib.md5(Path(path).read_bytes()).hexdigest()


def sessions():
    """The subject's sessions of the day, by number."""
    return {row['number']: row for row in database.rows("""
        select s.*, l.name::text as lab, o.name::text as location,
          array(select u.username::text from actions_session_users m join misc_labmember u on u.id = m.labmember_id where m.session_id = s.id order by 1) as users,
          array(select p.name::text from actions_session_projects m join subjects_project p on p.id = m.project_id where m.session_id = s.id order by 1) as projects,
          array(select p.name::text from actions_session_procedures m join actions_proceduretype p on p.id = m.proceduretype_id where m.session_id = s.id order by 1) as procedures
        from actions_session s join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id
          left join misc_lablocation o on o.id = s.location_id where u.nickname = %s and s.start_time::date = %s""", SUBJECT, DAY)}


def naive(moment):
    return moment.replace(tzinfo=None).isoformat()


# A subject and its sessions ----------------------------------------------------------------------------------------
def makes_a_subject():
    made = alyx.rest('subjects', 'create', data=dict(
        nickname=SUBJECT, lab=here.lab, responsible_user=username, sex='F', birth_date='2025-11-20', projects=here.projects))
    same((made['nickname'], made['lab'], made['responsible_user']), (SUBJECT, here.lab, username))
    row = database.row("""select s.birth_date::text, s.sex::text, l.name::text as lab, u.username::text as who,
        (select count(*) from subjects_subject_projects m where m.subject_id = s.id) as projects
        from subjects_subject s join misc_lab l on l.id = s.lab_id join misc_labmember u on u.id = s.responsible_user_id
        where s.nickname = %s""", SUBJECT)
    same(row, {'birth_date': '2025-11-20', 'sex': 'F', 'lab': here.lab, 'who': username, 'projects': len(here.projects)})


def creates_a_session():
    path, eid = client.create_new_session(
        SUBJECT, session_root=subjects, date=f'{DAY}T09:15:42.123456', projects=here.projects[0], users=[username, here.colleague],
        procedures='Behavior training/tasks', task_protocol='_iblrig_tasks_trainingChoiceWorld8.0.0', location=here.location,
        n_trials=512, n_correct_trials=400, json={'IS_MOCK': False, 'weights': [1, 1.0, None]}, lab=here.lab,
        end_time=f'{DAY}T10:15:42', start_time=f'{DAY}T09:15:42.123456')
    known.update(path=path, eid=str(eid))
    same(path, subjects / SUBJECT / DAY / '001')
    row = sessions()[1]
    same(row['id'], eid)
    same((naive(row['start_time']), naive(row['end_time'])), (f'{DAY}T09:15:42.123456', f'{DAY}T10:15:42'))
    same((row['lab'], row['location'], row['type'], row['task_protocol']),
         (here.lab, here.location, 'Experiment', '_iblrig_tasks_trainingChoiceWorld8.0.0'))
    same((row['users'], row['projects'], row['procedures']),
         (sorted([username, here.colleague]), here.projects[:1], ['Behavior training/tasks']))
    same((row['n_trials'], row['n_correct_trials'], row['qc'], row['json']), (512, 400, 0, {'IS_MOCK': False, 'weights': [1, 1.0, None]}))


def creates_a_folder_only():
    path, eid = client.create_new_session(SUBJECT, session_root=subjects, date=DAY, register=False)
    same((path.name, eid, path.exists()), ('002', None, True))
    same_members(sessions(), [1])


def registers_the_folder():
    session, files = client.register_session(subjects / SUBJECT / DAY / '002', file_list=False)
    same((session['number'], session['users'], session['lab'], files), (2, [username], here.lab, None))
    row = sessions()[2]
    same((str(row['id']), naive(row['start_time']), row['type']), (session['url'][-36:], f'{DAY}T00:00:00', 'Experiment'))


def registers_it_again():
    before = sessions()[1]
    session, _ = client.register_session(known['path'], file_list=False, narrative='Calm. Stopped after 512 trials.',
                                         start_time=f'{DAY}T09:15:42.123456', users=[username])
    same(session['url'][-36:], known['eid'])
    row = sessions()[1]
    same((row['narrative'], row['users']), ('Calm. Stopped after 512 trials.', [username]))
    kept = ('projects', 'procedures', 'task_protocol', 'n_trials', 'end_time', 'json', 'location', 'lab')
    same({key: row[key] for key in kept}, {key: before[key] for key in kept})
    same(len(sessions()), 2)


def creates_what_is_flagged():
    flag = write(subjects / SUBJECT / '2026-03-03' / '001' / 'create_me.flag', '')
    paths, records = client.create_sessions(folder)
    same((len(paths), flag.exists()), (1, False))
    same(database.value('select start_time::date::text from actions_session where id = %s', records[0]['url'][-36:]), '2026-03-03')


check('makes a subject', makes_a_subject)
check('creates a session with all that is known of it', creates_a_session)
check('creates a folder, and nothing in the database', creates_a_folder_only)
check('registers a session by its folder', registers_the_folder)
check('registers it again: what is not said stays', registers_it_again)
check('creates the sessions that a flag asks for', creates_what_is_flagged)
check('is told that an animal does not exist', lambda: same(str(refused(
    lambda: client.create_new_session('nobody-of-that-name', session_root=subjects), AlyxSubjectNotFound)).count('nobody-of-that-name'), 1))
check('is told that a person does not exist', lambda: 'nobody-here' in str(refused(
    lambda: client.register_session(known['path'], users=['nobody-here'], file_list=False), ALFError)))


# Files -------------------------------------------------------------------------------------------------------------
def finds_files():
    for name in (TABLE, WHEEL, SPIKES, CLUSTERS):
        write(known['path'] / name, f'content of {name}')
    write(known['path'] / 'notes.txt', 'no dataset')
    write(known['path'] / 'alf' / 'unheard.of.npy', 'no type')
    same_members([file.relative_to(known['path']).as_posix() for file in client.find_files(known['path'])], [TABLE, WHEEL, SPIKES, CLUSTERS])


def registers_dry():
    (posted,) = client.register_files([known['path'] / TABLE], dry=True)
    same((posted['path'], posted['filenames'], posted['labs']), (f'{SUBJECT}/{DAY}/001', [TABLE], here.lab))
    same(dataset_rows(known['eid']), {})


def registers_files():
    files = [known['path'] / name for name in (TABLE, WHEEL, SPIKES)]
    records = client.register_files(files, versions=['1.0', '1.1', '1.2'], repository=here.on_rig)
    same([f'{row["collection"]}/{row["name"]}' for row in records], [TABLE, WHEEL, SPIKES])
    rows = dataset_rows(known['eid'])
    same_members(rows, [TABLE, WHEEL, SPIKES])
    for file, record, version in zip(files, records, ('1.0', '1.1', '1.2')):
        row = rows[file.relative_to(known['path']).as_posix()]
        same((str(row['id']), row['file_size'], row['hash']), (record['id'], file.stat().st_size, md5(file)))
        same((row['version'], row['default_dataset'], row['created_by'], row['revision'], row['qc']), (version, True, username, None, 0))
        copies = file_rows(row['id'])
        same_members(copies, here.repositories)
        same({name: copy['exists'] for name, copy in copies.items()}, {name: name == here.on_rig for name in here.repositories})
        same({copy['relative_path'] for copy in copies.values()}, {f'{SUBJECT}/{DAY}/001/{file.relative_to(known["path"]).as_posix()}'})
        same_members([copy['id'] for copy in record['file_records']], [copy['id'] for copy in copies.values()])


def registers_one_file():
    record = client.register_files(known['path'] / CLUSTERS, server_only=True, repository=here.on_server)
    same((record['name'], record['session']), ('spikes.clusters.npy', known['eid']))
    copies = file_rows(record['id'])
    same(copies[here.on_server]['exists'], True)
    assert here.on_rig not in copies, 'a record on a machine that never had the file'


def registers_what_will_come():
    path = write(subjects / SUBJECT / DAY / '002' / WHEEL, 'not copied yet')
    (record,) = client.register_files([path], exists=False)
    same({copy['exists'] for copy in file_rows(record['id']).values()}, {False})


def registers_a_changed_file():
    before = dataset_rows(known['eid'])[WHEEL]
    write(known['path'] / WHEEL, 'the wheel, extracted anew')
    (record,) = client.register_files([known['path'] / WHEEL], repository=here.on_server, versions='2.0')
    after = dataset_rows(known['eid'])[WHEEL]
    same((record['id'], after['id']), (str(before['id']), before['id']))
    same((after['hash'], after['file_size'], after['version']), (md5(known['path'] / WHEEL), 25, '2.0'))
    same({name: copy['exists'] for name, copy in file_rows(after['id']).items()}, {name: name == here.on_server for name in here.repositories})


def registers_across_sessions():
    files = [known['path'] / TABLE, write(subjects / SUBJECT / DAY / '002' / TABLE, 'the other session')]
    records = client.register_files(files)
    same([record['session_number'] for record in records], [1, 2])
    same(database.count('data_dataset d join actions_session s on s.id = d.session_id join subjects_subject u on u.id = s.subject_id',
                        'u.nickname = %s and d.name = %s', SUBJECT, '_ibl_trials.table.pqt'), 2)


def registers_with_the_session():
    path = subjects / SUBJECT / '2026-03-04' / '001'
    write(path / TABLE, 'a'), write(path / SPIKES, 'bb')
    session, records = client.register_session(path)
    rows = dataset_rows(session['url'][-36:])
    same({name: row['file_size'] for name, row in rows.items()}, {TABLE: 1, SPIKES: 2})
    same(len(records), 2)


def registers_aggregates():
    subject = database.value('select id from subjects_subject where nickname = %s', SUBJECT)
    # Two: of a single one, ONE 3.6 takes its name for the folder.
    names = ('_ibl_trials.table.pqt', '_ibl_wheel.position.npy')
    files = [write(folder / 'aggregates' / 'Subjects' / here.lab / SUBJECT / name, f'all of {name}') for name in names]
    records = client.register_files(files, content_type='subject', object_id=str(subject), repository=here.on_server)
    for record, file in zip(records, files):
        row = database.row("""select d.session_id, d.object_id, d.collection::text, d.hash::text, c.model::text from data_dataset d
            join django_content_type c on c.id = d.content_type_id where d.id = %s""", record['id'])
        same(row, {'session_id': None, 'object_id': subject, 'collection': f'Subjects/{here.lab}/{SUBJECT}', 'hash': md5(file), 'model': 'subject'})
        same({name: copy['exists'] for name, copy in file_rows(record['id']).items()}, {here.on_server: True})


check('finds the files that have a type', finds_files)
check('registers nothing when dry', registers_dry)
check('registers files with sizes, hashes and versions', registers_files)
check('registers one file for servers only', registers_one_file)
check('registers files that will be copied later', registers_what_will_come)
check('registers a changed file: the dataset is the same, copies elsewhere are outdated', registers_a_changed_file)
check('registers files of two sessions at once', registers_across_sessions)
check('registers a session together with its files', registers_with_the_session)
check('registers files of the subject, of no session', registers_aggregates)


# Protection and revisions ------------------------------------------------------------------------------------------
def says_nothing_is_protected():
    status = client.check_protected_files([known['path'] / TABLE, known['path'] / SPIKES])
    same([row['status_code'] for row in status], [200])


def protects():
    alyx.rest('tags', 'create', data=dict(name='one-records-paper', description='A paper', protected=True, public=False))
    dataset = dataset_rows(known['eid'])[SPIKES]['id']
    alyx.rest('datasets', 'partial_update', id=str(dataset), data=dict(tags=['one-records-paper']))
    same(database.value("""select t.protected from data_dataset_tags m join data_tag t on t.id = m.tag_id where m.dataset_id = %s""", dataset), True)
    status = client.check_protected_files([known['path'] / TABLE, known['path'] / SPIKES])
    same([row['status_code'] for row in status], [403])
    same(status[0]['details'], [{TABLE: [{'': False}]}, {SPIKES: [{'': True}]}])


def refuses_to_overwrite():
    before = dataset_rows(known['eid'])
    error = refused(lambda: alyx.post('/register-file', data=dict(
        created_by=username, path=f'{SUBJECT}/{DAY}/001', filenames=[TABLE, SPIKES], name=here.on_rig, hashes=['0' * 32, '1' * 32],
        filesizes=[1, 2], check_protected=False)), requests.HTTPError)
    same(error.response.status_code, 403)
    assert 'protected' in str(error), str(error)
    same(dataset_rows(known['eid']), before)


def takes_a_revision(expected):
    before = dataset_rows(known['eid'])
    write(known['path'] / SPIKES, f'sorted for {expected}')
    (record,) = client.register_files([known['path'] / SPIKES], repository=here.on_rig)
    moved = known['path'] / 'alf' / 'probe00' / f'#{expected}#' / 'spikes.times.npy'
    same((moved.exists(), (known['path'] / SPIKES).exists()), (True, False))
    same((record['revision'], record['default'], record['collection']), (expected, True, 'alf/probe00'))
    rows = dataset_rows(known['eid'])
    revised = rows[f'alf/probe00/#{expected}#/spikes.times.npy']
    same((revised['hash'], revised['file_size'], revised['default_dataset']), (md5(moved), moved.stat().st_size, True))
    same(rows[SPIKES]['hash'], before[SPIKES]['hash'])
    same([path for path, row in rows.items() if row['name'] == 'spikes.times.npy' and row['default_dataset']],
         [f'alf/probe00/#{expected}#/spikes.times.npy'])
    return revised


def takes_the_next_letter():
    first = dataset_rows(known['eid'])[f'alf/probe00/#{TODAY}#/spikes.times.npy']
    alyx.rest('datasets', 'partial_update', id=str(first['id']), data=dict(tags=['one-records-paper']))
    takes_a_revision(f'{TODAY}a')


def stays_in_an_unprotected_revision():
    count = len(dataset_rows(known['eid']))
    write(known['path'] / SPIKES, 'once more')
    (record,) = client.register_files([known['path'] / SPIKES], repository=here.on_rig)
    same(record['revision'], f'{TODAY}a')
    same(len(dataset_rows(known['eid'])), count)


def keeps_protected_datasets():
    dataset = dataset_rows(known['eid'])[SPIKES]['id']
    for work in (lambda: alyx.rest('datasets', 'delete', id=str(dataset)), lambda: alyx.rest('sessions', 'delete', id=known['eid'])):
        same(refused(work, requests.HTTPError).response.status_code, 403)
    same((database.count('data_dataset', 'id = %s', dataset), database.count('actions_session', 'id = %s', known['eid'])), (1, 1))


check('is told that nothing is protected', says_nothing_is_protected)
check('is told what a tag protects, file by file', protects)
check('is refused when it overwrites a protected file, and the others stay as they were', refuses_to_overwrite)
check('puts a protected file into a revision of today', lambda: bool(takes_a_revision(TODAY)))
check('takes the next letter when that revision is protected too', takes_the_next_letter)
check('stays in the latest revision while that is not protected', stays_in_an_unprotected_revision)
check('cannot remove protected datasets, nor the session they belong to', keeps_protected_datasets)


# Refusals leave nothing behind -------------------------------------------------------------------------------------
def everything():
    tables = ('data_dataset', 'data_filerecord', 'data_revision', 'actions_session', 'actions_session_users')
    return [database.count(table) for table in tables]


def posts_badly(expected, **fields):
    before = everything()
    body = dict(created_by=username, path=f'{SUBJECT}/{DAY}/001', filenames=[TABLE], name=here.on_rig)
    body.update(fields)
    error = refused(lambda: alyx.post('/register-file', data=body), requests.HTTPError)
    same(error.response.status_code, 400)
    assert expected in error.response.text, error.response.text
    same(everything(), before)


check('is refused without a session', lambda: posts_badly(
    f'A base session for {SUBJECT} on 1999-01-01 does not exist', path=f'{SUBJECT}/1999-01-01/001'))
check('is refused when one file of several has no type', lambda: posts_badly(
    'unheard.of.npy', filenames=['alf/probe01/spikes.times.npy', 'alf/unheard.of.npy', 'alf/#new#/_ibl_wheel.position.npy']))
check('is refused when the repository does not exist', lambda: posts_badly('repository', name='nowhere'))
check('is refused when sizes are missing', lambda: posts_badly('filesizes', filenames=[TABLE, WHEEL], filesizes=[1]))


# Weights and water -------------------------------------------------------------------------------------------------
def registers_water():
    made = client.register_water_administration(SUBJECT, 0.123456, date_time=f'{DAY}T11:00:00', session=known['eid'], water_type='Water 10% Sucrose')
    same((made['water_administered'], made['session'], made['water_type']), (0.1235, known['eid'], 'Water 10% Sucrose'))
    row = database.row("""select w.water_administered, w.adlib, w.session_id::text, w.date_time, t.name::text as type, u.username::text as who
        from actions_wateradministration w join actions_watertype t on t.id = w.water_type_id join misc_labmember u on u.id = w.user_id
        where w.id = %s""", made['url'][-36:])
    same((row['water_administered'], row['adlib'], row['session_id'], row['type'], row['who'], naive(row['date_time'])),
         (0.1235, False, known['eid'], 'Water 10% Sucrose', username, f'{DAY}T11:00:00'))
    same([row['water_administered'] for row in alyx.rest('sessions', 'read', id=known['eid'])['wateradmin_session_related']], [0.1235])


def registers_water_freely():
    made = client.register_water_administration(SUBJECT, 2, date_time=datetime(2026, 3, 2, 18), adlib=True, user=here.colleague)
    row = database.row("""select w.adlib, w.water_administered, w.session_id, u.username::text as who, t.name::text as type
        from actions_wateradministration w join misc_labmember u on u.id = w.user_id join actions_watertype t on t.id = w.water_type_id
        where w.id = %s""", made['url'][-36:])
    same(row, {'adlib': True, 'water_administered': 2.0, 'session_id': None, 'who': here.colleague, 'type': 'Water'})


def registers_a_weight():
    made = client.register_weight(SUBJECT, 24.56789, date_time=f'{DAY}T09:00:00')
    same((made['weight'], made['subject']), (24.57, SUBJECT))
    row = database.row("""select w.weight, w.date_time, u.username::text as who from actions_weighing w
        join misc_labmember u on u.id = w.user_id where w.id = %s""", made['url'][-36:])
    same((row['weight'], row['who'], naive(row['date_time'])), (24.57, username, f'{DAY}T09:00:00'))


def weighs_now():
    made = client.register_weight(SUBJECT, 25)
    when = database.value('select date_time from actions_weighing where id = %s', made['url'][-36:])
    assert abs(when.replace(tzinfo=None) - datetime.now()) < timedelta(minutes=1), when


def takes_a_weighing_back():
    made = client.register_weight(SUBJECT, 99, date_time=f'{DAY}T09:01:00')
    alyx.rest('weighings', 'delete', id=made['url'][-36:])
    same(database.count('actions_weighing', 'id = %s', made['url'][-36:]), 0)


check('registers water of a session', registers_water)
check('registers water as much as one likes, by somebody else', registers_water_freely)
check('registers a weight', registers_a_weight)
check('registers a weight of now', weighs_now)
check('takes a weighing back', takes_a_weighing_back)
check('is told that an animal to be weighed does not exist', lambda: bool(refused(
    lambda: client.register_weight('nobody-of-that-name', 20), AlyxSubjectNotFound)))
check('is refused when a weight is negative', lambda: same(refused(
    lambda: client.register_weight(SUBJECT, -3), requests.HTTPError).response.status_code, 400))


def removes_a_session():
    eid = str(sessions()[2]['id'])
    alyx.rest('sessions', 'delete', id=eid)
    same((database.count('actions_session', 'id = %s', eid), database.count('data_dataset', 'session_id = %s', eid)), (0, 0))


check('removes a session whose datasets nothing protects', removes_a_session)
finish()
