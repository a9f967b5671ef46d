"""Tasks that a pipeline of ibllib can run anywhere; found by their name, like every task."""
from ibllib.pipes.tasks import Task


class Copied(Task):
    """Writes one dataset."""

    priority = 70
    cpu = 2

    @property
    def signature(self):
        return {'input_files': [], 'output_files': [('_ibl_wheel.position.npy', 'alf', True)]}

    def _run(self, **kwargs):
        file = self.session_path / 'alf' / '_ibl_wheel.position.npy'
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('wheel')
        return [file]


class Sorted(Copied):
    """Writes two, after the other; its name of a probe is an argument."""

    gpu = 0
    priority = 60

    @property
    def signature(self):
        return {'input_files': [], 'output_files': []}

    def _run(self, **kwargs):
        folder = self.session_path / 'alf' / self.kwargs['pname']
        folder.mkdir(parents=True, exist_ok=True)
        files = [folder / 'spikes.times.npy', folder / 'spikes.clusters.npy']
        for file in files:
            file.write_text(file.name)
        return files


class Looked(Sorted):
    """Has nothing to write."""

    priority = 50

    def _run(self, **kwargs):
        return None


class Broken(Sorted):
    """Fails."""

    priority = 40

    def _run(self, **kwargs):
        raise ValueError('the probe was not plugged in')


class Last(Sorted):
    """Waits for what fails."""

    priority = 30
