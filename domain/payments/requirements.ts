/**
 * What Stripe may want to know of a payee, in words (https://docs.stripe.com/connect/required-verification-information). Its codes are
 * paths into an account: `individual.address.city`.
 */
const WORDS = new Map(
  Object.entries({
    'business_profile.mcc': 'What kind of work you do',
    'business_profile.product_description': 'What you are paid for',
    'business_profile.support_phone': 'A phone number for questions',
    'business_profile.url': 'Your website, or a profile of yours',
    business_type: 'Whether you work as a person or as a company',
    external_account: 'The bank account that you are paid on',
    'individual.address': 'Your address',
    'individual.dob': 'Your date of birth',
    'individual.email': 'Your e-mail address',
    'individual.first_name': 'Your first name',
    'individual.id_number': 'Your personal identification number',
    'individual.last_name': 'Your last name',
    'individual.nationality': 'Your nationality',
    'individual.phone': 'Your phone number',
    'individual.political_exposure': 'Whether you hold a political office',
    'individual.ssn_last_4': 'The last four digits of your social security number',
    'individual.verification.additional_document': 'A second document that proves who you are',
    'individual.verification.document': 'A document that proves who you are',
    tos_acceptance: "That you accept Stripe's terms",
  }),
);

/** The sentence for one requirement: the longest part of its code that there are words for, or the code itself, spelled out. */
export function requirementInWords(code: string): string {
  const parts = code.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const words = WORDS.get(parts.slice(0, length).join('.'));
    if (words) return words;
  }
  const spelled = parts.slice(-2).join(' ').replaceAll('_', ' ');
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}
