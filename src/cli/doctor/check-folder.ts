/** The data folder: whose it is, who else gets at it, and whether the disk takes what is written. */
import { OPEN_TO_OTHERS } from '../../storage/file-system.ts';
import { about, type Finding } from './finding.ts';

export interface FolderFacts {
  readonly path: string;
  /** Null when there is no such folder. */
  readonly folder: EntryFacts | null;
  /** What lies directly in it. */
  readonly entries: readonly (EntryFacts & { readonly name: string })[];
  /** The system's code for the refused write; null when writing works or was not tried. */
  readonly writeRefused: string | null;
  /** For the user that asks; null when the system does not say. */
  readonly freeBytes: number | null;
  /** The id of the user that asks; null where users have none. */
  readonly userId: number | null;
}

export interface EntryFacts {
  readonly mode: number;
  readonly ownerId: number;
  readonly isFolder: boolean;
}

const MIB = 1024 * 1024;
/** A save writes every record anew, beside the old one: below this the next one may not fit. */
const TOO_LITTLE_BYTES = 32 * MIB;
const LITTLE_BYTES = 512 * MIB;

const folderIs = about('data folder');
const diskIs = about('disk');

export function checkFolder(facts: FolderFacts): readonly Finding[] {
  const { path, folder } = facts;
  if (folder === null) return [folderIs.note(`There is no ${path} yet; the first start makes it.`), ...checkDisk(facts)];
  if (!folder.isFolder) return [folderIs.problem(`${path} is not a folder.`, 'Name another one in storage.data_folder.')];
  const findings = [...checkOwner(facts, folder), ...checkModes(facts, folder)];
  return [...(findings.length > 0 ? findings : [folderIs.ok(`${path} belongs to you alone.`)]), ...checkDisk(facts)];
}

/** Another user's folder can be looked at, but not used. */
export const isForeign = ({ folder, userId }: FolderFacts): boolean =>
  folder !== null && userId !== null && folder.ownerId !== userId;

function checkOwner(facts: FolderFacts, folder: EntryFacts): readonly Finding[] {
  const { path, entries, userId } = facts;
  if (isForeign(facts))
    return [
      folderIs.problem(
        `${path} belongs to user ${folder.ownerId}, and you are user ${userId}.`,
        `Run headgate as the user that it belongs to: sudo -u '#${folder.ownerId}' headgate doctor`,
      ),
    ];
  const foreign = entries.filter(({ ownerId }) => userId !== null && ownerId !== userId).map(({ name }) => name);
  if (foreign.length === 0) return [];
  return [
    folderIs.problem(
      `Of other users in ${path}: ${listed(foreign)}. Headgate may not be able to replace them.`,
      `chown -R ${userId} ${path}`,
    ),
  ];
}

/** Comes with the sources, is empty, and nobody's secret. */
const KEEPS_THE_FOLDER = '.gitkeep';

function checkModes({ path, entries, userId }: FolderFacts, folder: EntryFacts): readonly Finding[] {
  // Without user ids there are no modes either.
  if (userId === null) return [];
  const open = entries.filter(({ name, mode }) => name !== KEEPS_THE_FOLDER && mode & OPEN_TO_OTHERS).map(({ name }) => name);
  return [
    ...(folder.mode & OPEN_TO_OTHERS
      ? [folderIs.problem(`Other users can enter ${path} (mode ${octal(folder.mode)}).`, `chmod 700 ${path}`)]
      : []),
    ...(open.length === 0 ? [] : [folderIs.problem(`Other users may read in ${path}: ${listed(open)}.`, `chmod -R go= ${path}`)]),
  ];
}

function checkDisk({ path, writeRefused, freeBytes }: FolderFacts): readonly Finding[] {
  if (writeRefused !== null)
    return [
      diskIs.problem(`Nothing can be written to ${path} (${writeRefused}).`, REFUSALS[writeRefused] ?? 'Look at the disk.'),
    ];
  if (freeBytes === null) return [];
  const free = `${freeBytes < 10 * 1024 * MIB ? `${Math.floor(freeBytes / MIB)} MiB` : `${Math.floor(freeBytes / 1024 / MIB)} GiB`} are free`;
  if (freeBytes < TOO_LITTLE_BYTES)
    return [diskIs.problem(`Only ${free}: the next change may not fit.`, 'Make room on the disk.')];
  if (freeBytes < LITTLE_BYTES) return [diskIs.warning(`Only ${free}.`, 'Make room on the disk.')];
  return [diskIs.ok(`${free}.`)];
}

const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room.',
  EDQUOT: 'Your quota on this disk is used up: make room.',
  EROFS: 'The disk is mounted read-only: mount it for writing, or name another storage.data_folder.',
  EACCES: 'Run headgate as the user that the folder belongs to.',
  EPERM: 'Run headgate as the user that the folder belongs to.',
};

const octal = (mode: number): string => (mode & 0o777).toString(8);

const MAX_LISTED = 5;
const listed = (names: readonly string[]): string =>
  names.length <= MAX_LISTED
    ? names.join(', ')
    : `${names.slice(0, MAX_LISTED).join(', ')} and ${names.length - MAX_LISTED} more`;
