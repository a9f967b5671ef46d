"""Requests written byte by byte, over a connection that nothing else touches."""
import json
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit


class Answer:
    """Status, reason phrase, headers and text of an answer."""

    def __init__(self, response):
        self.status, self.reason, self.headers = response.status, response.reason, dict(response.getheaders())
        self.text = response.read().decode('utf-8')

    def json(self):
        return json.loads(self.text)


class Connection:
    """A connection that stays open from one request to the next."""

    def __init__(self, base_url):
        self.host = urlsplit(base_url).netloc
        name, _, port = self.host.partition(':')
        self._socket = socket.create_connection((name, int(port or 80)), timeout=30)

    def send(self, method, target, headers=(), body=b''):
        """Send one request and read its answer. Headers are complete lines, in their order."""
        self.write(method, target, headers, body)
        response = HTTPResponse(self._socket, method=method)
        response.begin()
        return Answer(response)

    def write(self, method, target, headers=(), body=b'', length=None):
        """Send one request, or as much of it as there is, and read nothing."""
        lines = [f'{method} {target} HTTP/1.1', f'Host: {self.host}', *headers]
        if body or method in ('POST', 'PUT', 'PATCH'):
            lines.append(f'Content-Length: {len(body) if length is None else length}')
        self._socket.sendall('\r\n'.join([*lines, '', '']).encode() + body)

    def close(self):
        self._socket.close()
