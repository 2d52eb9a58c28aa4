import { expect, it } from 'vitest';
import { requirementInWords } from './requirements.ts';

it.each([
  ['individual.first_name', 'Your first name'],
  ['individual.dob.day', 'Your date of birth'],
  ['individual.verification.document', 'A document that proves who you are'],
  ['tos_acceptance.date', "That you accept Stripe's terms"],
  ['external_account', 'The bank account that you are paid on'],
  ['company.tax_id', 'Company tax id'],
  ['person_1.relationship.percent_ownership', 'Relationship percent ownership'],
  ['constructor', 'Constructor'],
  ['', ''],
])('%s is asked for as "%s"', (code, words) => {
  expect(requirementInWords(code)).toBe(words);
});
