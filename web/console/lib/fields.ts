/** The fields of a job: how they are called, and what kind of value each has. */
import type { DataSource, JobField } from '../generated/graphql';

export type Shape = 'texts' | 'tasks' | 'rated' | 'tools' | 'education' | 'experience' | 'outlook' | 'wages';

interface FieldInfo {
  label: string;
  shape: Shape;
  /** Its name in `FieldValueInput`. */
  input: string;
}

/** A field that the schema gets and this table has not does not compile. */
export const FIELDS: Record<JobField, FieldInfo> = {
  CORE_RESPONSIBILITIES: { label: 'Core responsibilities', shape: 'texts', input: 'coreResponsibilities' },
  TASKS: { label: 'Tasks', shape: 'tasks', input: 'tasks' },
  TOOLS_AND_TECHNOLOGY: { label: 'Tools and technology', shape: 'tools', input: 'toolsAndTechnology' },
  SKILLS: { label: 'Skills', shape: 'rated', input: 'skills' },
  KNOWLEDGE: { label: 'Knowledge', shape: 'rated', input: 'knowledge' },
  ABILITIES: { label: 'Abilities', shape: 'rated', input: 'abilities' },
  RELATED_TITLES: { label: 'Related titles', shape: 'texts', input: 'relatedTitles' },
  EDUCATION: { label: 'Education', shape: 'education', input: 'education' },
  WORK_EXPERIENCE: { label: 'Work experience', shape: 'experience', input: 'workExperience' },
  OUTLOOK: { label: 'Outlook', shape: 'outlook', input: 'outlook' },
  WAGES: { label: 'Wages', shape: 'wages', input: 'wages' },
};

export const FIELD_NAMES = Object.keys(FIELDS) as JobField[];

/** Lists of items with keys; the others are one value as a whole. */
export const isList = (field: JobField): boolean => ['texts', 'tasks', 'rated', 'tools'].includes(FIELDS[field].shape);

export type Origin = 'official' | 'ai' | 'custom' | 'gap';

export const SOURCES: Record<DataSource, { label: string; origin: Origin }> = {
  ONET: { label: 'O*NET', origin: 'official' },
  BLS: { label: 'BLS', origin: 'official' },
  AI: { label: 'AI', origin: 'ai' },
  CUSTOM: { label: 'Custom', origin: 'custom' },
};
