/** What of an item, or of a value as a whole, can be written by hand. */
import type { JobField } from '../generated/graphql';
import { FIELDS, type Shape } from '../lib/fields';

export interface Prop {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'check' | 'choice';
  options?: string[];
  required?: boolean;
  /** Official items keep theirs. */
  onlyOwn?: boolean;
}

const text = (name: string, label: string, required = true): Prop => ({ name, label, kind: 'text', required });
const figure = (name: string, label: string, required = false): Prop => ({ name, label, kind: 'number', required });

const PROPS: Record<Shape, Prop[]> = {
  texts: [text('text', 'Text')],
  tasks: [text('statement', 'Task'), { name: 'type', label: 'Type', kind: 'choice', options: ['CORE', 'SUPPLEMENTAL', 'NEW'] }, figure('importance', 'Importance')],
  rated: [text('name', 'Name'), figure('importance', 'Importance'), figure('level', 'Level')],
  tools: [
    text('name', 'Name'),
    text('category', 'Category', false),
    { name: 'kind', label: 'Kind', kind: 'choice', options: ['TECHNOLOGY', 'TOOL'], required: true, onlyOwn: true },
    { name: 'hotTechnology', label: 'Hot', kind: 'check' },
    { name: 'inDemand', label: 'In demand', kind: 'check' },
  ],
  education: [text('typicalLevel', 'Typical level'), figure('jobZone', 'Job zone, 1 to 5')],
  experience: [text('typical', 'Typical experience'), text('onTheJobTraining', 'On-the-job training', false), figure('jobZone', 'Job zone, 1 to 5')],
  outlook: [
    figure('baseYear', 'Base year', true),
    figure('employment', 'Employment in the base year', true),
    figure('projectedYear', 'Projected year', true),
    figure('projectedEmployment', 'Projected employment', true),
    figure('annualOpenings', 'Openings a year'),
  ],
  wages: [
    text('area', 'Area: US, or a postal code', false),
    figure('year', 'Year', true),
    figure('annualMedian', 'Median per year'),
    figure('annualMean', 'Mean per year'),
    figure('annualP10', '10th percentile'),
    figure('annualP25', '25th percentile'),
    figure('annualP75', '75th percentile'),
    figure('annualP90', '90th percentile'),
    figure('hourlyMedian', 'Median per hour'),
    figure('employment', 'Employees'),
  ],
};

export const propsOf = (field: JobField): Prop[] => PROPS[FIELDS[field].shape];
