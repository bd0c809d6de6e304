/** http-proxy-middleware as its README shows it, in Express. */
import { createServer } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { announce, upstreamUrl } from '../announce.ts';

announce(createServer(express().use(createProxyMiddleware({ target: upstreamUrl().origin, changeOrigin: true }))));
