FROM node:24.21.0-bookworm AS build
WORKDIR /build
COPY . .
RUN make build && tools/setup/production-tree.sh /headgate

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Headgate" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /headgate /headgate
RUN install -d -o node -g node -m 0700 /data
ENV NODE_ENV=production \
    SERVER__HOST=0.0.0.0 \
    STORAGE__DATA_FOLDER=/data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 4000
STOPSIGNAL SIGTERM
# Whether the process runs, not whether an account can serve: no restart cures a pool without accounts.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/healthz').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/headgate/bin/headgate"]
CMD ["serve"]
