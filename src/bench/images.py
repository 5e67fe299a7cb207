#!/usr/bin/env python3
"""Pulls, saves and loads images with several engines, and unpacks the same bytes with gunzip and tar, all in one run.

  src/bench/images.py --registry HOST:PORT --rootfs FOLDER [--rounds N] [--out FILE] NAME=SOCKET [NAME=SOCKET ...]

The first engine makes the images and pushes them: `debian`, FOLDER as one layer, and `layers`, ten layers of 8 MB of noise on it. Each round
pulls both into each engine (and removes them before), saves and loads `debian`, and unpacks the layers of the registry with
`gunzip | tar x` into a folder beside FOLDER, once as it is and once with a sync at the end. Engines, registry and FOLDER are best on one file
system. The result is JSON: for each metric and engine median, minimum and the ratio of the median to that of the plain unpacking (pull), or to
that of the first engine (save, load).
"""
import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time

REPOSITORY = 'bench-images'
LAYERS = 10
LAYER_BYTES = 8_000_000
ACCEPT = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json'


class Engine:
    def __init__(self, name, path):
        self.name, self.path = name, path

    def call(self, method, target, body=None, headers=None, sink=None):
        """The answer's body; what an engine refuses, also within a stream, ends the run."""
        connection = http.client.HTTPConnection('localhost')
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.path)
        connection.request(method, '/v1.41' + target, body, headers or {}, encode_chunked=hasattr(body, 'read'))
        answer = connection.getresponse()
        if sink is not None and answer.status == 200:
            shutil.copyfileobj(answer, sink, 1 << 20)
            return b''
        text = answer.read()
        if answer.status >= 400 or b'"errorDetail"' in text:
            raise SystemExit(f'{self.name}: {method} {target}: {answer.status} {text[-500:].decode(errors="replace")}')
        return text

    def remove(self, references):
        for reference in references:
            if self.has(reference):
                self.call('DELETE', f'/images/{reference}?force=1')
        os.sync()

    def pull(self, reference):
        self.call('POST', f'/images/create?fromImage={reference.rsplit(":", 1)[0]}&tag=1')

    def has(self, reference):
        return any(reference in (image['RepoTags'] or []) for image in json.loads(self.call('GET', '/images/json')))

    def config(self, reference):
        image = json.loads(self.call('GET', f'/images/{reference}/json'))
        return image['Id'], image['RootFS']['Layers']


def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def make(engine, registry, rootfs):
    debian, layers = f'{registry}/{REPOSITORY}/debian:1', f'{registry}/{REPOSITORY}/layers:1'
    with subprocess.Popen(['tar', '-C', rootfs, '-c', '.'], stdout=subprocess.PIPE) as tar:
        engine.call('POST', f'/images/create?fromSrc=-&repo={registry}/{REPOSITORY}/debian&tag=1', tar.stdout, {'Content-Type': 'application/x-tar', 'Transfer-Encoding': 'chunked'})
    base = debian
    for number in range(LAYERS):
        body = json.dumps({'Image': base, 'Cmd': ['dd', 'if=/dev/urandom', f'of=/layer{number}', f'bs={LAYER_BYTES}', 'count=1', 'iflag=fullblock'],
                           'HostConfig': {'NetworkMode': 'none'}})
        made = json.loads(engine.call('POST', '/containers/create', body, {'Content-Type': 'application/json'}))['Id']
        engine.call('POST', f'/containers/{made}/start')
        engine.call('POST', f'/containers/{made}/wait')
        engine.call('POST', f'/commit?container={made}&repo={registry}/{REPOSITORY}/layers&tag=1', '{}', {'Content-Type': 'application/json'})
        engine.call('DELETE', f'/containers/{made}')
        base = layers
    for name in ('debian', 'layers'):
        engine.call('POST', f'/images/{registry}/{REPOSITORY}/{name}/push?tag=1', None, {'X-Registry-Auth': 'e30='})
    return {'debian': debian, 'layers': layers}


def fetch(registry, name, folder):
    """The blobs of the layers, as files."""
    connection = http.client.HTTPConnection(registry)
    connection.request('GET', f'/v2/{REPOSITORY}/{name}/manifests/1', headers={'Accept': ACCEPT})
    blobs = []
    for layer in json.loads(connection.getresponse().read())['layers']:
        connection.request('GET', f'/v2/{REPOSITORY}/{name}/blobs/{layer["digest"]}')
        blobs.append(os.path.join(folder, layer['digest'].split(':')[1]))
        with open(blobs[-1], 'wb') as file:
            shutil.copyfileobj(connection.getresponse(), file, 1 << 20)
    return blobs


def unpack(blobs, folder, sync):
    os.mkdir(folder)
    for blob in blobs:
        subprocess.run(f'gunzip < {blob} | tar -x -C {folder}', shell=True, check=True)
    if sync:
        subprocess.run(['sync', '-f', folder], check=True)


def one_round(engines, images, blobs, work, samples):
    def note(metric, name, what):
        samples.setdefault(metric, {}).setdefault(name, []).append(timed(what))

    for name, reference in images.items():
        for metric, sync in (('gunzip_tar', False), ('gunzip_tar_sync', True)):
            folder = os.path.join(work, 'unpacked')
            note(f'pull_{name}_s', metric, lambda: unpack(blobs[name], folder, sync))
            shutil.rmtree(folder)
        for engine in engines:
            engine.remove(images.values())
            note(f'pull_{name}_s', engine.name, lambda: engine.pull(reference))
    ids = set()
    for engine in engines:
        if not engine.has(images['debian']):
            engine.pull(images['debian'])
        ids.add(str(engine.config(images['debian'])))
        archive = os.path.join(work, f'{engine.name}.tar')
        with open(archive, 'wb') as file:
            note('save_s', engine.name, lambda: engine.call('GET', f'/images/{images["debian"]}/get', sink=file))
        engine.remove(images.values())
        with open(archive, 'rb') as file:
            headers = {'Content-Type': 'application/x-tar', 'Content-Length': str(os.path.getsize(archive))}
            note('load_s', engine.name, lambda: engine.call('POST', '/images/load?quiet=1', file, headers))
        ids.add(str(engine.config(images['debian'])))
    if len(ids) != 1:
        raise SystemExit(f'the engines do not agree on ids and layers: {ids}')


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--registry', required=True)
    arguments.add_argument('--rootfs', required=True)
    arguments.add_argument('--rounds', type=int, default=5)
    arguments.add_argument('--out')
    arguments.add_argument('engines', nargs='+')
    given = arguments.parse_args()
    engines = [Engine(*engine.split('=', 1)) for engine in given.engines]
    work = os.path.abspath(given.rootfs) + '-bench'
    os.mkdir(work)
    try:
        images = make(engines[0], given.registry, given.rootfs)
        blobs = {name: fetch(given.registry, name, work) for name in images}
        samples = {}
        for _ in range(given.rounds + 1):
            one_round(engines, images, blobs, work, samples)
    finally:
        shutil.rmtree(work)
    result = {}
    for metric, by_engine in samples.items():
        # The first round is to warm up.
        medians = {name: statistics.median(values[1:]) for name, values in by_engine.items()}
        base = medians.get('gunzip_tar', medians[engines[0].name])
        result[metric] = {name: {'median': round(medians[name], 3), 'min': round(min(values[1:]), 3), 'n': len(values) - 1, 'ratio': round(medians[name] / base, 3)}
                          for name, values in by_engine.items()}
    text = json.dumps(result, indent=2)
    if given.out:
        with open(given.out, 'w') as file:
            file.write(text + '\n')
    print(text)


if __name__ == '__main__':
    sys.exit(main())
