"""What programs written for alyx-connector record.

Its `register_session` fails in itself, at a part of the path that it never reads, and `files` sends fields of another
server: sessions and files are written with `rest`, as its users do.
"""
import logging
from importlib.metadata import version

import requests
from checks import check, finish, refused, same
from one.alf.exceptions import AlyxSubjectNotFound
from one.registration import RegistrationClient
from one.webclient import AlyxClient
from stage import base_url, database, folder, password, place, username

here = place()
logging.disable(logging.CRITICAL)
print(f'alyx-connector {version("alyx-connector")}')

SUBJECT = 'connector-01'
known = {}
alyx = AlyxClient(base_url=base_url, username=username, password=password, silent=True, cache_dir=folder, cache_rest=None)


class One:
    """The part of its ONE that registration uses: the rest expects fields that only its own server has."""

    offline = False
    alyx = alyx

    def to_eid(self, session):
        return str(session)


client = RegistrationClient(One())


def session_row():
    return database.row("""select s.number, s.narrative, s.n_trials, s.type::text, s.task_protocol::text, s.start_time::text, s.json, s.qc, u.nickname::text as subject,
        l.name::text as lab, array(select m.username::text from actions_session_users x join misc_labmember m on m.id = x.labmember_id where x.session_id = s.id) as users
        from actions_session s join subjects_subject u on u.id = s.subject_id join misc_lab l on l.id = s.lab_id where s.id = %s""", known['eid'])


def makes_a_subject():
    same(alyx.rest('subjects', 'create', data=dict(nickname=SUBJECT, lab=here.lab, sex='U'))['nickname'], SUBJECT)
    same(database.value('select sex::text from subjects_subject where nickname = %s', SUBJECT), 'U')


def creates_a_session():
    path, nothing = client.create_new_session(SUBJECT, session_root=folder / here.lab / 'Subjects', date='2026-03-10', register=False)
    same((path.name, nothing), ('001', None))
    made = alyx.rest('sessions', 'create', data=dict(
        subject=SUBJECT, users=[username], type='Experiment', number=path.name, start_time=client.ensure_ISO8601('2026-03-10'),
        task_protocol='passive', n_trials=12))
    known['eid'] = made['url'][-36:]
    same(session_row(), {'number': 1, 'narrative': '', 'n_trials': 12, 'type': 'Experiment', 'task_protocol': 'passive', 'json': None, 'qc': 0,
                         'start_time': '2026-03-10 00:00:00+00', 'subject': SUBJECT, 'lab': here.lab, 'users': [username]})


def updates_it():
    (found,) = alyx.rest('sessions', 'list', subject=SUBJECT, date_range='2026-03-10,2026-03-10', number='001', no_cache=True)
    alyx.rest('sessions', 'update', id=found['id'], data=dict(subject=SUBJECT, users=[username], narrative='second time'))
    same((found['id'], session_row()['narrative'], session_row()['n_trials'], session_row()['task_protocol']), (known['eid'], 'second time', 12, 'passive'))


def changes_it():
    alyx.rest('sessions', 'partial_update', id=known['eid'], data=dict(n_trials=99, qc='PASS'))
    same((session_row()['n_trials'], session_row()['qc']), (99, 10))


def updates_json():
    alyx.json_field_write('sessions', known['eid'], 'json', {'a': 1, 'b': [1.5]})
    alyx.json_field_update('sessions', known['eid'], 'json', {'c': None, 'a': 2})
    alyx.json_field_remove_key('sessions', known['eid'], 'json', 'b')
    same(session_row()['json'], {'a': 2, 'c': None})
    alyx.json_field_delete('sessions', known['eid'], 'json')
    same(session_row()['json'], None)


def registers_files():
    made = alyx.rest('register-file', 'create', data=dict(
        created_by=username, path=f'{SUBJECT}/2026-03-10/001', filenames='alf/spikes.times.npy,alf/spikes.clusters.npy', name=here.on_server, filesizes='10,20'))
    same(database.rows("""select d.name::text, d.file_size, f.exists from data_dataset d join data_filerecord f on f.dataset_id = d.id
        join data_datarepository r on r.id = f.data_repository_id and r.name = %s where d.session_id = %s order by 1 desc""", here.on_server, known['eid']),
         [{'name': 'spikes.times.npy', 'file_size': 10, 'exists': True}, {'name': 'spikes.clusters.npy', 'file_size': 20, 'exists': True}])
    known.update(dataset=made[0]['id'], record=made[0]['file_records'][0]['id'])


def makes_a_record():
    """A file record of its own, of a dataset of its own."""
    dataset = alyx.rest('datasets', 'create', data=dict(
        created_by=username, dataset_type='spikes.times', data_format='npy', session=f'{base_url}/sessions/{known["eid"]}',
        name='spikes.times.npy', collection='alf/probe07', date='2026-03-10', number=1, subject=SUBJECT))
    did = dataset['url'][-36:]
    record = alyx.rest('files', 'create', data=dict(
        dataset=dataset['url'], data_repository=here.on_server, relative_path=f'{SUBJECT}/2026-03-10/001/alf/probe07/spikes.times.npy', exists=True))
    same(database.row('select relative_path::text, exists, dataset_id::text from data_filerecord where id = %s', record['url'][-36:]),
         {'relative_path': f'{SUBJECT}/2026-03-10/001/alf/probe07/spikes.times.npy', 'exists': True, 'dataset_id': did})


def changes_and_removes():
    alyx.rest('files', 'partial_update', id=known['record'], data=dict(exists=False))
    same(database.value('select exists from data_filerecord where id = %s', known['record']), False)
    alyx.rest('datasets', 'partial_update', id=known['dataset'], data=dict(version='3'))
    same(database.value('select version::text from data_dataset where id = %s', known['dataset']), '3')
    alyx.rest('files', 'delete', id=known['record'])
    alyx.rest('datasets', 'delete', id=known['dataset'])
    same((database.count('data_filerecord', 'dataset_id = %s', known['dataset']), database.count('data_dataset', 'id = %s', known['dataset'])), (0, 0))


def weighs():
    made = client.register_weight(SUBJECT, 21.23456, date_time='2026-03-10T09:00:00')
    same(database.value('select weight from actions_weighing where id = %s', made['url'][-36:]), 21.23)


def gives_water():
    made = client.register_water_administration(SUBJECT, 1.5, date_time='2026-03-10T12:00:00', session=known['eid'])
    same(database.row('select water_administered, session_id::text from actions_wateradministration where id = %s', made['url'][-36:]),
         {'water_administered': 1.5, 'session_id': known['eid']})


def works_on_tasks():
    task = alyx.rest('tasks', 'create', data=dict(name='convert', executable='lab.convert', session=known['eid'], status='Waiting', priority=10, arguments={'n': 1}))
    alyx.rest('tasks', 'partial_update', id=task['id'], data=dict(status='Complete', log='done'))
    same(database.row('select status, log, arguments, name::text from jobs_task where id = %s', task['id']),
         {'status': 60, 'log': 'done', 'arguments': {'n': 1}, 'name': 'convert'})


def removes_the_session():
    alyx.rest('sessions', 'delete', id=known['eid'])
    same((database.count('actions_session', 'id = %s', known['eid']), database.count('jobs_task', 'session_id = %s', known['eid'])), (0, 0))


check('makes a subject', makes_a_subject)
check('creates a session', creates_a_session)
check('updates it: what is not said stays', updates_it)
check('changes a session', changes_it)
check('updates JSON fields', updates_json)
check('registers files in comma texts', registers_files)
check('makes a dataset and a file record by themselves', makes_a_record)
check('changes and removes records and datasets', changes_and_removes)
check('registers a weight', weighs)
check('registers water', gives_water)
check('makes a task and completes it', works_on_tasks)
check('removes the session with its tasks', removes_the_session)
check('is told that an animal does not exist', lambda: bool(refused(lambda: client.register_weight('nobody-of-that-name', 20), AlyxSubjectNotFound)))
check('is told what is wrong with a value', lambda: same(refused(
    lambda: alyx.rest('weighings', 'create', data=dict(subject=SUBJECT, weight='much')), requests.HTTPError).response.status_code, 400))
finish()
