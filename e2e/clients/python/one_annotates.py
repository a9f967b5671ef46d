"""What ONE's users and pipelines write beside sessions and files: JSON fields, quality, notes, probes, tracks."""
import json
import math
import struct
import zlib

import one as package
import requests
from checks import check, finish, refused, same, same_members
from one.registration import RegistrationClient
from stage import base_url, database, dataset_rows, folder, one_client, place, username

here = place()
api = one_client()
alyx = api.alyx
print(f'records beside sessions and files, with ONE-api {package.__version__}')

SUBJECT = 'one-annotates-01'
subject = alyx.rest('subjects', 'create', data=dict(nickname=SUBJECT, lab=here.lab, sex='M'))
path, eid = RegistrationClient(api).create_new_session(SUBJECT, session_root=folder / here.lab / 'Subjects', date='2026-03-05')
eid = str(eid)
known = {}


def stored(table, key, column='json', of='id'):
    return database.value(f'select {column} from {table} where {of} = %s', key)


# JSON fields -------------------------------------------------------------------------------------------------------
def writes():
    data = {'IS_MOCK': False, 'POOP_COUNT': 12, 'délai': 1.5, 'nested': {'a': [1, 2.0, None]}}
    same(alyx.json_field_write('sessions', eid, 'json', data), data)
    same(stored('actions_session', eid), data)
    same(stored('actions_session', eid, "json->'nested'->>'a'"), '[1, 2.0, null]')


def updates():
    written = alyx.json_field_update('sessions', eid, 'json', {'POOP_COUNT': 13, 'SESSION_DELAY_START': 900})
    same((written['POOP_COUNT'], written['IS_MOCK']), (13, False))
    same(stored('actions_session', eid), written)


def removes_a_key():
    alyx.json_field_remove_key('sessions', eid, 'json', 'nested')
    same(sorted(stored('actions_session', eid)), ['IS_MOCK', 'POOP_COUNT', 'SESSION_DELAY_START', 'délai'])


def removes_all():
    alyx.json_field_delete('sessions', eid, 'json')
    same((alyx.rest('sessions', 'read', id=eid)['json'], stored('actions_session', eid)), (None, None))


def keeps_text_as_text():
    alyx.rest('sessions', 'partial_update', id=eid, data={'json': '{"parameters": 1}'})
    same(stored('actions_session', eid, "jsonb_typeof(json)"), 'string')
    alyx.json_field_update('sessions', eid, 'json', {'more': 1})
    same(stored('actions_session', eid), '{"parameters": 1}')


def updates_elsewhere(endpoint, key, table, of):
    before = stored(table, key, of=of) or {}
    alyx.json_field_update(endpoint, key, 'json', {'health': {'free': 0.5}})
    same(stored(table, key, of=of), {**before, 'health': {'free': 0.5}})


def refuses_no_number():
    error = refused(lambda: alyx.json_field_update('sessions', eid, 'extended_qc', {'_task_bad': math.nan}), requests.HTTPError)
    same((error.response.status_code, stored('actions_session', eid, 'extended_qc')), (400, None))


def updates_quality():
    alyx.json_field_update('sessions', eid, 'extended_qc', {'task': 'PASS', '_task_goCue_delays': 0.98})
    alyx.rest('sessions', 'partial_update', id=eid, data={'qc': 'WARNING'})
    same(database.row('select qc, extended_qc from actions_session where id = %s', eid),
         {'qc': 30, 'extended_qc': {'task': 'PASS', '_task_goCue_delays': 0.98}})
    same([row['id'] for row in alyx.rest('sessions', 'list', django='extended_qc___task_goCue_delays__gte,0.9,qc,30', subject=SUBJECT)], [eid])


def refuses_unknown_quality():
    error = refused(lambda: alyx.rest('sessions', 'partial_update', id=eid, data={'qc': 'FINE', 'narrative': 'not kept'}), requests.HTTPError)
    same((error.response.status_code, 'choices are' in str(error.response.json()['qc'])), (400, True))
    same(stored('actions_session', eid, 'narrative'), '')


check('json_field_write', writes)
check('json_field_update keeps the other keys', updates)
check('json_field_remove_key', removes_a_key)
check('json_field_delete', removes_all)
check('a text in a JSON field stays a text', keeps_text_as_text)
check('json_field_update of a subject', lambda: updates_elsewhere('subjects', SUBJECT, 'subjects_subject', 'nickname'))
check('json_field_update of a data repository', lambda: updates_elsewhere('data-repository', here.on_server, 'data_datarepository', 'name'))
check('json_field_update of a rig', lambda: updates_elsewhere('locations', here.location, 'misc_lablocation', 'name'))
check('NaN in a JSON field is refused, and nothing is kept', refuses_no_number)
check('writes quality, by name and by test', updates_quality)
check('is refused a quality that does not exist, with its choices', refuses_unknown_quality)


# Notes -------------------------------------------------------------------------------------------------------------
def picture(width, height):
    """A grey PNG."""
    def part(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = b''.join(b'\0' + bytes([40 + y % 100]) * width for y in range(height))
    file = folder / f'{width}x{height}.png'
    file.write_bytes(b'\x89PNG\r\n\x1a\n' + part(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0))
                     + part(b'IDAT', zlib.compress(rows)) + part(b'IEND', b''))
    return file


def size_of(url):
    answer = requests.get(url, headers={'Authorization': f'Token {alyx._token["token"]}'})
    same((answer.status_code, answer.headers['Content-Type']), (200, 'image/png'))
    return struct.unpack('>II', answer.content[16:24])


def note(**fields):
    return {'user': username, 'content_type': 'session', 'object_id': eid, 'text': 'psth', **fields}


def makes_a_note():
    made = alyx.rest('notes', 'create', data=note(text='Left the rig door open.', json={'name': 'door'}))
    same((made['content_type'], made['image']), ('actions.session', None))
    row = database.row("""select n.text, n.json, n.object_id::text, nullif(n.image, '') as image, c.app_label || '.' || c.model as type, u.username::text as who
        from misc_note n join django_content_type c on c.id = n.content_type_id join misc_labmember u on u.id = n.user_id where n.id = %s""", made['id'])
    same(row, {'text': 'Left the rig door open.', 'json': {'name': 'door'}, 'object_id': eid, 'image': None, 'type': 'actions.session', 'who': username})
    known['note'] = made['id']


def makes_a_note_with_image(expected, original, **width):
    with open(picture(*original), 'rb') as image:
        made = alyx.rest('notes', 'create', data=note(json=json.dumps({'name': 'psth'}), **width), files={'image': image})
    assert made['image'].startswith(base_url), made['image']
    same(size_of(made['image']), expected)
    row = database.row('select image, json, text from misc_note where id = %s', made['id'])
    same((row['json'], row['text']), ({'name': 'psth'}, 'psth'))
    assert made['image'].endswith(row['image']), row['image']
    return made


def refuses_a_text_as_image():
    file = folder / 'no.png'
    file.write_text('not an image')
    before = database.count('misc_note')
    with open(file, 'rb') as image:
        error = refused(lambda: alyx.rest('notes', 'create', data=note(), files={'image': image}), requests.HTTPError)
    same((error.response.status_code, list(error.response.json())[0]), (400, 'image'))
    same(database.count('misc_note'), before)


def refuses_an_unknown_object():
    before = database.count('misc_note')
    error = refused(lambda: alyx.rest('notes', 'create', data=note(object_id='00000000-0000-4000-8000-000000000000')), requests.HTTPError)
    assert 'matching query does not exist' in str(error), str(error)
    same(database.count('misc_note'), before)


def changes_a_note():
    alyx.rest('notes', 'partial_update', id=known['note'], data=note(text='The door was shut.'))
    alyx.rest('notes', 'partial_update', id=known['note'], data={'json': {'name': 'shut'}})
    same(database.row('select text, json from misc_note where id = %s', known['note']), {'text': 'The door was shut.', 'json': {'name': 'shut'}})


def finds_and_removes_notes():
    found = alyx.rest('notes', 'list', django=f'object_id,{eid},text,psth,json__name,psth', no_cache=True)
    same(len(found), database.count('misc_note', "object_id = %s and text = 'psth' and json->>'name' = 'psth'", eid))
    for row in found:
        alyx.rest('notes', 'delete', id=row['id'])
    same(database.column('select text from misc_note where object_id = %s', eid), ['The door was shut.'])


check('makes a note', makes_a_note)
check('an image is reduced to the width of the server', lambda: bool(makes_a_note_with_image((800, 400), (1600, 800))))
check('an image is reduced to the width that is asked for', lambda: bool(makes_a_note_with_image((320, 160), (1600, 800), width=320)))
check('an image stays as it is when that is asked for', lambda: bool(makes_a_note_with_image((1600, 800), (1600, 800), width='orig')))
check('a small image is not enlarged', lambda: bool(makes_a_note_with_image((60, 40), (60, 40))))
check('is refused a text as an image', refuses_a_text_as_image)
check('is refused a note on what does not exist', refuses_an_unknown_object)
check('changes a note, also without saying what it belongs to', changes_a_note)
check('finds notes by what they are about, and removes them', finds_and_removes_notes)


# Probes, tracks, channels ------------------------------------------------------------------------------------------
def register(*names):
    return alyx.post('/register-file', data=dict(
        created_by=username, path=f'{SUBJECT}/2026-03-05/001', filenames=list(names), name=here.on_server))


def links():
    return database.column("""select d.collection || '/' || d.name from experiments_probeinsertion_datasets m
        join data_dataset d on d.id = m.dataset_id where m.probeinsertion_id = %s""", known['pid'])


def makes_an_insertion():
    register('alf/probe00/spikes.times.npy', 'alf/probe01/spikes.times.npy')
    made = alyx.rest('insertions', 'create', data=dict(session=eid, name='probe00', model='3B2', serial='19108323', json={'qc': 'NOT_SET'}))
    known['pid'] = made['id']
    row = database.row("""select p.name::text, p.serial::text, p.json, p.session_id::text, m.probe_model::text from experiments_probeinsertion p
        join experiments_probemodel m on m.id = p.model_id where p.id = %s""", made['id'])
    same(row, {'name': 'probe00', 'serial': '19108323', 'json': {'qc': 'NOT_SET'}, 'session_id': eid, 'probe_model': made['model']})
    same_members(links(), ['alf/probe00/spikes.times.npy'])


def links_later_files():
    register('alf/probe00/spikes.clusters.npy', 'raw_ephys_data/probe00/clusters.amps.npy', 'alf/probe01/spikes.clusters.npy')
    same_members(links(), ['alf/probe00/spikes.times.npy', 'alf/probe00/spikes.clusters.npy', 'raw_ephys_data/probe00/clusters.amps.npy'])


def changes_an_insertion():
    alyx.rest('insertions', 'update', id=known['pid'], data=dict(session=eid, name='probe00', model='3B2', serial='19108324'))
    alyx.json_field_update('insertions', known['pid'], 'json', {'extended_qc': {'tracing_exists': True}, 'xyz_picks': [[1, -2, 3]]})
    row = database.row('select serial::text, json from experiments_probeinsertion where id = %s', known['pid'])
    same(row, {'serial': '19108324', 'json': {'qc': 'NOT_SET', 'extended_qc': {'tracing_exists': True}, 'xyz_picks': [[1, -2, 3]]}})
    same(len(links()), 3)


def makes_a_trajectory(**coordinates):
    made = alyx.rest('trajectories', 'create', data=dict(
        probe_insertion=known['pid'], provenance='Histology track', coordinate_system='IBL-Allen',
        **{name: coordinates.get(name) for name in ('x', 'y', 'z', 'depth', 'theta', 'phi', 'roll')}))
    row = database.row('select * from experiments_trajectoryestimate where id = %s', made['id'])
    same((str(row['probe_insertion_id']), row['provenance']), (known['pid'], 50))
    same({name: row[name] for name in coordinates}, coordinates)
    known['trajectory'] = made['id']


def makes_channels():
    regions = database.column('select id from experiments_brainregion order by id limit 384')
    sent = [dict(x=i, y=-i, z=i / 4, axial=20 * i, lateral=16, brain_region=region, trajectory_estimate=known['trajectory'])
            for i, region in enumerate(regions)]
    made = alyx.rest('channels', 'create', data=sent)
    same((len(made), type(made)), (384, list))
    rows = database.rows('select x, y, z, axial, brain_region_id from experiments_channel where trajectory_estimate_id = %s order by axial', known['trajectory'])
    same([(row['x'], row['y'], row['z'], row['axial'], row['brain_region_id']) for row in rows],
         [(row['x'], row['y'], row['z'], row['axial'], row['brain_region']) for row in sent])


def refuses_half_a_list():
    before = database.count('experiments_channel')
    row = dict(x=1, y=1, z=1, axial=1, lateral=1, brain_region=997, trajectory_estimate=known['trajectory'])
    error = refused(lambda: alyx.rest('channels', 'create', data=[row, {**row, 'axial': 2, 'brain_region': -5}]), requests.HTTPError)
    same((error.response.status_code, database.count('experiments_channel')), (400, before))


def changes_a_trajectory():
    alyx.rest('trajectories', 'partial_update', id=known['trajectory'], data=dict(probe_insertion=known['pid'], json={'2026-03-05T10:00:00_alice': [[0, 1.5], [0, 1.25]]}))
    alyx.rest('trajectories', 'partial_update', id=known['trajectory'], data=dict(roll=5))
    row = database.row('select probe_insertion_id::text as pid, roll, x, json from experiments_trajectoryestimate where id = %s', known['trajectory'])
    same(row, {'pid': known['pid'], 'roll': 5.0, 'x': 1250.0, 'json': {'2026-03-05T10:00:00_alice': [[0, 1.5], [0, 1.25]]}})


def removes_a_trajectory():
    alyx.rest('trajectories', 'delete', id=known['trajectory'])
    same((database.count('experiments_trajectoryestimate', 'id = %s', known['trajectory']),
          database.count('experiments_channel', 'trajectory_estimate_id = %s', known['trajectory'])), (0, 0))


check('makes an insertion, which takes the files of its folder', makes_an_insertion)
check('later files of that folder go to the insertion', links_later_files)
check('changes an insertion: what is not said stays', changes_an_insertion)
check('makes a track that nobody has traced', lambda: makes_a_trajectory(x=None, depth=None))
check('replaces it', lambda: removes_a_trajectory() or makes_a_trajectory(x=1250.0, y=-2000.5, z=0.0, depth=3800.0, theta=15.0, phi=180.0))
check('makes 384 channels at once', makes_channels)
check('is refused a list of which one is wrong, as a whole', refuses_half_a_list)
check('changes a track: it keeps its insertion', changes_a_trajectory)
check('removes a track with its channels', removes_a_trajectory)


# Single datasets and copies ----------------------------------------------------------------------------------------
def changes_a_dataset():
    dataset = str(dataset_rows(eid)['alf/probe00/spikes.times.npy']['id'])
    alyx.rest('datasets', 'partial_update', id=dataset, data=dict(qc='FAIL', version='9.9', file_size=77))
    same(database.row('select qc, version::text, file_size from data_dataset where id = %s', dataset), {'qc': 40, 'version': '9.9', 'file_size': 77})


def reports_a_mismatch():
    dataset = str(dataset_rows(eid)['alf/probe00/spikes.times.npy']['id'])
    records = alyx.rest('files', 'list', django=f'dataset,{dataset},data_repository__globus_is_personal,False', no_cache=True)
    for record in records:
        alyx.rest('files', 'partial_update', id=record['url'].rsplit('/', 1)[-1], data={'json': {**(record['json'] or {}), 'mismatch_hash': True}})
    same(database.column("""select f.json->>'mismatch_hash' from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
        where f.dataset_id = %s and r.globus_is_personal is false""", dataset), ['true'] * len(records))
    assert records, 'no copy on a server'


def moves_a_copy():
    dataset = dataset_rows(eid)['alf/probe01/spikes.times.npy']['id']
    record = database.value("""select f.id::text from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
        where f.dataset_id = %s and r.name = %s""", dataset, here.on_rig)
    alyx.rest('files', 'partial_update', id=record, data={'exists': True})
    same(database.value('select exists from data_filerecord where id = %s', record), True)
    alyx.rest('files', 'delete', id=record)
    same((database.count('data_filerecord', 'id = %s', record), database.count('data_dataset', 'id = %s', dataset)), (0, 1))


def removes_a_dataset():
    dataset = str(dataset_rows(eid)['alf/probe01/spikes.clusters.npy']['id'])
    alyx.rest('datasets', 'delete', id=dataset)
    same((database.count('data_dataset', 'id = %s', dataset), database.count('data_filerecord', 'dataset_id = %s', dataset)), (0, 0))


check('changes quality, version and size of a dataset', changes_a_dataset)
check('reports copies that differ', reports_a_mismatch)
check('marks a copy as there, and takes it away', moves_a_copy)
check('removes a dataset with its copies', removes_a_dataset)
finish()
