# One image for every process; docker-compose.yml says which command each one runs.
FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM node:22-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /srv/chunzhao --shell /usr/sbin/nologin chunzhao
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONSAFEPATH=1 \
    PYTHONPATH=/srv/chunzhao \
    NUMBA_CACHE_DIR=/var/cache/chunzhao \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    DATA_DIR=/var/lib/chunzhao
WORKDIR /srv/chunzhao
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=front-end /build/node_modules ./node_modules
RUN python -c "from pathlib import Path; import sys; sys.path.insert(0, 'setup'); \
from front_end import copy_served_files; copy_served_files(Path('.'))" \
    && rm -rf node_modules \
    && printf '#!/bin/sh\nexec python -m app "$@"\n' > /usr/local/bin/chunzhao \
    && chmod 755 /usr/local/bin/chunzhao \
    && python -m compileall -q app scheduling workers \
    && install -d -o chunzhao -g chunzhao /var/cache/chunzhao /var/lib/chunzhao
USER chunzhao
# The engine is compiled into the image, so that the first solve does not wait.
RUN python -m scheduling.compile
EXPOSE 8000
ENTRYPOINT ["chunzhao"]
CMD ["serve"]
